import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { createEngine } from "../../src/exchange/engine/engine.ts";
import type { Engine } from "../../src/exchange/engine/model.ts";
import { recordEngine } from "../../src/exchange/recorded.ts";
import { MINUTE, planOf, START } from "./fixture.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function recordPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "caucus-record-"));
  folders.push(folder);
  return join(folder, "exchange.jsonl");
}

const open = (path: string, plan = "plan"): Engine & { readonly closeRecord: () => void } => recordEngine(createEngine(planOf({ volumeShare: 0.001 })), path, plan);
const linesOf = (path: string): string[] => readFileSync(path, "utf8").trim().split("\n");

/** Everything that a client could tell two exchanges apart by. */
function seen(engine: Engine): unknown {
  return [engine.now, engine.balances(0), engine.orders(0, "BTC/USDT"), engine.trades(0, "BTC/USDT"), engine.orders(0, "ETH/USDT"), engine.trades(0, "ETH/USDT"), engine.book("BTC/USDT", 5), engine.candles("BTC/USDT", MINUTE, START, 500)];
}

/** Trades on an exchange whose time moves in small beats. */
function trade(engine: Engine): void {
  for (let beat = 0; beat < 2_000; beat++) {
    if (beat % 97 === 0) engine.place(0, { symbol: "BTC/USDT", side: beat % 2 === 0 ? "buy" : "sell", type: "LIMIT", timeInForce: "GTC", quantity: "0.7", price: beat % 2 === 0 ? "99.5" : "100.5" });
    if (beat % 331 === 0) engine.place(0, { symbol: "ETH/USDT", side: "buy", type: "MARKET", quantity: "0.1" });
    if (beat % 401 === 0) engine.cancelAll(0, "BTC/USDT");
    engine.advance(engine.now + 1_237.4);
  }
}

it("is the same exchange after a restart, though a thousand beats of its clock take one line", () => {
  const path = recordPath();
  const first = open(path);
  trade(first);
  const trades = first.trades(0, "BTC/USDT");
  expect("code" in trades ? 0 : trades.length).toBeGreaterThan(10);
  expect(linesOf(path).length).toBeLessThan(100);
  const again = open(path);
  expect(seen(again)).toEqual(seen(first));
  again.check();
  trade(first);
  trade(again);
  expect(seen(open(path))).toEqual(seen(first));
});

it("keeps each stop at a trade: whoever trades there comes in at that moment", () => {
  const path = recordPath();
  const first = open(path);
  first.place(0, { symbol: "BTC/USDT", side: "buy", type: "LIMIT", timeInForce: "GTC", quantity: "1", price: "99.5" });
  for (let i = 0; i < 5; i++) first.advance(START + 10 * MINUTE, true);
  expect(first.trades(0, "BTC/USDT")).not.toEqual([]);
  expect(linesOf(path).filter((line) => line.includes("true]")).length).toBe(5);
  expect(seen(open(path))).toEqual(seen(first));
});

it("passes over a line that was being written when the process died, and writes on after it", () => {
  const path = recordPath();
  const first = open(path);
  first.advance(START + MINUTE);
  first.place(0, { symbol: "BTC/USDT", side: "buy", type: "LIMIT", timeInForce: "GTC", quantity: "1", price: "90" });
  const before = seen(first);
  appendFileSync(path, '["cancelAll",[0,"BTC/U');
  const again = open(path);
  expect(seen(again)).toEqual(before);
  again.advance(START + 2 * MINUTE);
  expect(seen(open(path))).toEqual(seen(again));
});

it("refuses the record of another plan, what is no record, and a damaged line, with its place", () => {
  const path = recordPath();
  const first = open(path);
  first.advance(START + MINUTE);
  expect(() => open(path, "another")).toThrow(/begun with other markets or balances/);
  writeFileSync(path, `${linesOf(path)[0] ?? ""}\n["advance",oops]\n["advance",[1]]\n`);
  expect(() => open(path)).toThrow(/exchange\.jsonl:2: this is no change of an exchange/);
  writeFileSync(path, "hello\n");
  expect(() => open(path)).toThrow(/exchange\.jsonl:1: this is no record of an exchange/);
});
