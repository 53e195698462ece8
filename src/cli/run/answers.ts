import type { ControlRequest } from "../../adapters/control/protocol.ts";
import { statusOf } from "../../app/trade/report.ts";
import type { OutsideStatus } from "../../ports/outside-status.ts";
import type { Session } from "../../app/trade/session.ts";

const HOLDS = { pause: "pause", resume: "run", cancel: "cancel", flatten: "flatten" } as const;

/** What a running bot answers to its owner. */
export function controlAnswers(session: Session, stop: () => void, outside?: () => OutsideStatus): (request: ControlRequest) => Promise<Record<string, unknown>> {
  return ({ command, by }) => {
    if (command === "stop") setImmediate(stop);
    else if (command !== "status") session.command(HOLDS[command], by);
    return Promise.resolve(statusOf(session, outside?.()));
  };
}
