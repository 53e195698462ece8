import type { ControlRequest, KeyRequest } from "../../adapters/control/protocol.ts";
import { statusOf } from "../../app/trade/report.ts";
import type { Refusal } from "../../ports/egress.ts";
import type { OutsideStatus } from "../../ports/outside-status.ts";
import { UserError } from "../../core/user-error.ts";
import type { Session } from "../../app/trade/session.ts";

/** Whether a request is about the keys of the bot. */
function isAboutKeys(request: ControlRequest): request is KeyRequest {
  return request.command.endsWith("key");
}

const HOLDS = { pause: "pause", resume: "run", cancel: "cancel", flatten: "flatten" } as const;

/** What a running bot answers to its owner. */
export function controlAnswers(session: Session, stop: () => void, outside?: () => OutsideStatus, refusals?: () => readonly Refusal[], keys?: (request: KeyRequest) => Promise<Record<string, unknown>>): (request: ControlRequest) => Promise<Record<string, unknown>> {
  return (request) => {
    if (isAboutKeys(request)) {
      if (keys) return keys(request);
      throw new UserError("This bot trades without a key of an exchange: there is nothing to rotate or disable.");
    }
    const { command, by } = request;
    if (command === "stop") setImmediate(stop);
    else if (command !== "status") session.command(HOLDS[command], by);
    const refused = refusals?.() ?? [];
    return Promise.resolve({ ...statusOf(session, outside?.()), ...(refused.length > 0 ? { refusedHosts: refused } : {}) });
  };
}
