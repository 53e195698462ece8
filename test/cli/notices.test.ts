import { describe, expect, it } from "vitest";
import type { Notification } from "../../src/adapters/telegram/notifications.ts";
import type { Consequences } from "../../src/app/trade/journaled.ts";
import { both, harmless, noticeListener } from "../../src/cli/run/notices.ts";
import type { SessionListener } from "../../src/app/trade/parts.ts";
import type { Decision, Stance } from "../../src/core/decision.ts";

const NOW = Date.UTC(2024, 0, 1, 12);
const NONE: Consequences = { requests: [], notices: [], decision: null };

function listening(): { readonly listener: SessionListener; readonly told: Notification[] } {
  const told: Notification[] = [];
  return { listener: noticeListener(() => NOW, (one) => void told.push(one)), told };
}

const candle = (time: number) => ({ type: "begin" as const, symbol: "BTC/USDT", time, close: 100 });
const decision = (stance: Stance, time: number, vetoers: readonly string[] = []): Consequences => {
  const made: Decision = {
    symbol: "BTC/USDT", time, stance, conviction: 0, exposure: 0.5, shares: {}, levels: [], votes: [], reason: `because of ${stance}`,
    vetoes: vetoers.map((agent) => ({ agent, maxExposure: 0, limit: `${agent} says no` })),
  };
  return { ...NONE, decision: made };
};
const refusal = (type: "refused" | "stopped" | "rejected", reason: string): Consequences => ({ ...NONE, notices: [{ type, symbol: "BTC/USDT", strategy: "grid", key: "g1c1/1", reason, detail: `it is ${reason}` }] });

describe("what is told of a session", () => {
  it("is a stance that has changed, and neither the first one nor one that stays", () => {
    const { listener, told } = listening();
    listener.event(candle(1), decision("range", 1));
    listener.event(candle(2), decision("range", 2));
    listener.event(candle(3), decision("halt", 3));
    expect(told).toEqual([{ kind: "decision", key: "decision:BTC/USDT:3", text: "BTC/USDT: range → halt. because of halt", urgent: false }]);
  });

  it("is a veto once, until another one vetoes or it is gone in between", () => {
    const { listener, told } = listening();
    const vetoes = [["risk"], ["risk"], ["risk", "news"], [], ["risk"]];
    vetoes.forEach((names, i) => listener.event(candle(i), decision("range", i, names)));
    expect(told.map(({ kind, text }) => `${kind} ${text}`)).toEqual(["veto BTC/USDT: risk: risk says no", "veto BTC/USDT: risk: risk says no; news: news says no", "veto BTC/USDT: risk: risk says no"]);
  });

  it("is a limit that stops trading, urgently and under one key a day, and no everyday refusal", () => {
    const { listener, told } = listening();
    for (const consequences of [refusal("refused", "daily-loss"), refusal("refused", "cash"), refusal("rejected", "x"), refusal("stopped", "strategy-stopped"), refusal("refused", "daily-loss")]) {
      listener.event(candle(NOW), consequences);
    }
    expect(told.map(({ kind, urgent, text }) => [kind, urgent, text])).toEqual([
      ["riskStop", true, "BTC/USDT grid: it is daily-loss"], ["riskStop", true, "BTC/USDT grid: it is strategy-stopped"], ["riskStop", true, "BTC/USDT grid: it is daily-loss"],
    ]);
    expect(told[0]!.key).toBe(told[2]!.key);
  });

  it("is trouble of each kind by what it means, what stops the bot urgently", () => {
    const { listener, told } = listening();
    for (const kind of ["denied", "error", "banned", "limited", "stale", "gap", "fresh", "recovered", "foreign"] as const) listener.alert({ kind, message: `m ${kind}` });
    expect(told.map(({ kind, urgent, text }) => `${text}: ${kind}${urgent ? "!" : ""}`)).toEqual([
      "m denied: keys!", "m error: riskStop!", "m banned: trouble!", "m limited: trouble", "m stale: stale", "m gap: stale", "m fresh: recovery", "m recovered: recovery", "m foreign: keys!",
    ]);
  });

  it("is the switch and who turned it, but not what a stop does with it", () => {
    const { listener, told } = listening();
    listener.event({ type: "command", command: "flatten", time: 1, by: "telegram 11" }, NONE);
    listener.event({ type: "command", command: "run", time: 2, by: "telegram 11" }, NONE);
    listener.event({ type: "command", command: "cancel", time: 3, by: "stop" }, NONE);
    expect(told.map(({ kind, text, urgent }) => [kind, text, urgent])).toEqual([
      ["stop", "the switch was turned to flatten, by telegram 11", true], ["start", "the switch was turned to run, by telegram 11", false],
    ]);
  });

  it("harms nobody when it cannot be told", () => {
    const broken = noticeListener(() => NOW, () => {
      throw new Error("no");
    });
    const errors: unknown[] = [];
    const listener = harmless(broken, (error) => void errors.push(error));
    listener.alert({ kind: "stale", message: "m" });
    listener.event(candle(1), refusal("stopped", "strategy-stopped"));
    expect(errors).toEqual([new Error("no"), new Error("no")]);
  });

  it("is told to both of two listeners", () => {
    const [first, second] = [listening(), listening()];
    const listener = both(first.listener, second.listener);
    listener.alert({ kind: "stale", message: "m" });
    listener.event(candle(1), refusal("stopped", "strategy-stopped"));
    expect(first.told).toHaveLength(2);
    expect(second.told).toEqual(first.told);
  });
});
