import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { linesOf } from "../../src/adapters/receipts/lines.ts";
import { openSigner } from "../../src/adapters/receipts/signing-key.ts";
import { signReceipt, unsignedReceipts } from "../../src/app/receipts/chain.ts";
import { ReceiptFold } from "../../src/app/receipts/fold.ts";
import { verifyChain } from "../../src/app/receipts/verify-chain.ts";
import { receiptCheck } from "../../src/app/receipts/verify-one.ts";
import { receiptText } from "../../src/core/receipts/receipt.ts";
import { events, journalOf } from "../app/receipts/journal.ts";

describe("receipts", () => {
  it("are made of 100,000 fills without holding them", () => {
    const fold = new ReceiptFold();
    const grown = (): number => process.memoryUsage().heapUsed;
    let [count, start, most] = [0, 0, 0];
    for (const made of unsignedReceipts(journalOf(() => events(100_000)), fold)) {
      count = made.body.number;
      if (count === 5_000) start = grown();
      if (count > 5_000 && count % 5_000 === 0) most = Math.max(most, grown());
    }
    expect(count).toBe(100_000);
    // All of them are over 200 MB of text; what is not collected yet is no more than a part of it.
    expect(most - start).toBeLessThan(120_000_000);
  }, 60_000);

  it("fall with any flipped bit, and it is said of that line", async () => {
    const folder = mkdtempSync(join(tmpdir(), "caucus-receipts-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const signer = openSigner(join(folder, "key"));
    const check = receiptCheck(signer.publicKey);
    const lines = [...unsignedReceipts(journalOf(() => events(3)))].map((made) => receiptText(signReceipt(made, signer)));
    const bytes = Buffer.from(`${lines[1]}\n`);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const { findings } = await verifyChain(linesOf(ReadableStream.from([Buffer.from(`${lines[0]}\n`), flipped, Buffer.from(`${lines[2]}\n`)])), check, null);
      expect(findings[0]?.line, `bit ${bit}`).toBe(2);
    }
  }, 120_000);
});
