import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openSigner } from "../../../src/adapters/receipts/signing-key.ts";
import { openJournal } from "../../../src/adapters/sqlite/journal.ts";
import { receiptCheck } from "../../../src/app/receipts/verify-one.ts";
import { headOf } from "../../../src/app/receipts/chain.ts";
import type { Line } from "../../../src/cli/run/lines.ts";
import { receiptsRun } from "../../../src/cli/run/receipts.ts";
import { announcedText, type ReceiptSigner, receiptText } from "../../../src/core/receipts/receipt.ts";
import { events } from "../../app/receipts/journal.ts";
import { until } from "../../app/trade/harness.ts";

const DAY = 86_400_000;

function open(fills: number) {
  const folder = mkdtempSync(join(tmpdir(), "caucus-receipts-"));
  const journal = openJournal(join(folder, "journal.sqlite"), { name: "bot", now: () => 0 });
  const list = [...events(fills)];
  const signer = (): ReceiptSigner => openSigner(join(folder, "receipts.key"));
  onTestFinished(() => {
    journal.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { journal, list, signer };
}

describe("the chain of receipts of a running bot", () => {
  it("is announced after the start and with every new day, each time as far as it goes then", async () => {
    const { journal, list, signer } = open(12);
    const half = list.findIndex(({ payload }) => JSON.stringify(payload).includes('"id":6,')) + 1;
    journal.commit({ events: list.slice(0, half) });
    const lines: Line[] = [];
    let now = 10 * DAY;
    const run = receiptsRun({ journal, now: () => now, line: (line) => lines.push(line), signer, every: 1 });
    await until("it is announced", () => lines.length === 1);
    const first = headOf(journal);
    expect(first.count).toBe(6);
    expect(lines[0]).toMatchObject({ kind: "receipts", text: `head of the chain ${announcedText(first)}`, data: first });
    journal.commit({ events: list.slice(half) });
    await until("it is read on", () => run.known()?.count === 12);
    expect(lines).toHaveLength(1);
    now += DAY;
    await until("the new day is announced", () => lines.length === 2);
    expect(lines[1]!.data).toEqual(headOf(journal));
    await run.close();
  });

  it("gives a receipt by its number, signed, and none for a number that is not there", async () => {
    const { journal, list, signer } = open(12);
    journal.commit({ events: list });
    const run = receiptsRun({ journal, now: () => 0, line: () => undefined, signer });
    const receipt = await run.signed(7);
    expect(receiptCheck(signer().publicKey).line(receiptText(receipt!))).toEqual(receipt);
    expect(receipt!.body.number).toBe(7);
    expect(await run.signed(13)).toBeNull();
    await run.close();
  });

  it("says once that it cannot be followed, and leaves the bot alone", async () => {
    const { journal, list, signer } = open(2);
    journal.commit({ events: list.filter(({ type }) => type !== "candle") });
    const lines: Line[] = [];
    const run = receiptsRun({ journal, now: () => 0, line: (line) => lines.push(line), signer, every: 1 });
    await until("it is told", () => lines.length > 0);
    expect(lines).toHaveLength(1);
    expect(lines[0]!.level).toBe("warn");
    expect(lines[0]!.text).toMatch(/cannot be followed: Entry 3 .*never planned/);
    expect(run.known()).toBeNull();
    await run.close();
  });
});
