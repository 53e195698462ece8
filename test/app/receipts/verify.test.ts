import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { linesOf } from "../../../src/adapters/receipts/lines.ts";
import { openSigner } from "../../../src/adapters/receipts/signing-key.ts";
import { headOf, signReceipt, unsignedReceipts } from "../../../src/app/receipts/chain.ts";
import { JournalComparison } from "../../../src/app/receipts/compare.ts";
import { verifyChain, type WantedHead, wantedHead } from "../../../src/app/receipts/verify-chain.ts";
import { receiptCheck } from "../../../src/app/receipts/verify-one.ts";
import { announcedText, type Receipt, receiptSchema, receiptText, signedText } from "../../../src/core/receipts/receipt.ts";
import { events, journalOf } from "./journal.ts";

const folder = mkdtempSync(join(tmpdir(), "caucus-receipts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const signer = openSigner(join(folder, "key"));
const other = openSigner(join(folder, "other"));
const journal = journalOf(() => events(9));
const chain = [...unsignedReceipts(journal)].map((made) => signReceipt(made, signer));
const lines = chain.map(receiptText);
const check = receiptCheck(signer.publicKey);

async function problems(text: readonly string[], wanted: WantedHead | null = null): Promise<string[]> {
  return (await verifyChain(text, check, wanted)).findings.map(({ line, problem }) => `${line}: ${problem}`);
}

describe("a chain of receipts", () => {
  it("stands up with nothing but the public key, whole or one receipt alone", async () => {
    expect(await verifyChain(lines, check, null)).toMatchObject({ count: 9, first: 1, last: { count: 9, hash: chain[8]!.hash }, problems: 0 });
    for (const line of lines) expect(await problems([line])).toEqual([]);
  });

  it("falls with a flipped bit in any byte of a receipt, and it is said of that line", async () => {
    const bytes = Buffer.from(`${lines[1]}\n`);
    // Every bit of every byte is flipped in test/slow/receipts.test.ts.
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1 << (at & 7);
      const { findings } = await verifyChain(linesOf(ReadableStream.from([Buffer.from(`${lines[0]}\n`), flipped, Buffer.from(`${lines[2]}\n`)])), check, null);
      expect(findings[0]?.line, `byte ${at}`).toBe(2);
    }
  });

  it("names the field that was changed, and what was not signed", async () => {
    const [first] = chain as [Receipt];
    const changed = (change: Partial<Receipt>): string => receiptText({ ...first, ...change });
    const edited = { ...first.body, fill: { ...first.body.fill, price: "1" } };
    const resigned = signReceipt({ body: edited, hash: chain[1]!.hash }, signer);
    const cases: [string, RegExp][] = [
      [changed({ hash: chain[1]!.hash }), /field hash was changed/],
      [changed({ signer: other.publicKey }), /field signer was changed: it is signed with your key/],
      [changed({ body: edited }), /what it says was changed after it was signed/],
      [changed({ signature: chain[1]!.signature }), /signature does not fit/],
      [receiptText(signReceipt(first, other)), new RegExp(`signed with another key \\(${other.publicKey}\\)`)],
      [changed({ signature: other.sign(signedText(first.hash)) }), /the signature was changed, or it was made with another key/],
      [changed({ body: edited, signature: chain[1]!.signature }), /neither its hash nor its signature fits/],
      [receiptText({ ...resigned, body: { ...edited, number: 2 } }), /changed after it was signed/],
      [` ${lines[0]}`, /in another spelling/],
      [lines[0]!.replace('"number":1', '"number":2,"number":1'), /in another spelling/],
      [lines[0]!.slice(0, -3), /no JSON: it is damaged or cut off/],
      [lines[0]!.replace('"side":"buy"', '"side":"bought"'), /no receipt: .*side/],
      ["{}", /no receipt/],
    ];
    for (const [text, said] of cases) expect((await problems([text]))[0], String(said)).toMatch(said);
  });

  it("names what is missing, out of order, there twice, and of another journal", async () => {
    const without = (...numbers: number[]): string[] => lines.filter((_, at) => !numbers.includes(at + 1));
    expect(await problems(without(4))).toEqual(["4: receipt 4 is missing before it"]);
    expect(await problems(without(4, 5, 6))).toEqual(["4: receipts 4 to 6 are missing before it"]);
    expect(await problems(without(1, 2))).toEqual(["1: receipts 1 to 2 are missing before it"]);
    const swapped = [...lines];
    [swapped[3], swapped[4]] = [swapped[4]!, swapped[3]!];
    expect(await problems(swapped)).toEqual(["5: receipt 4 is out of order: it belongs before line 4"]);
    expect(await problems([...lines.slice(0, 4), ...lines.slice(3)])).toEqual(["5: receipt 4 stands there twice"]);
    expect(await problems([...lines, lines[2]!])).toEqual(["10: receipt 3 stands after receipt 9: it is out of order, or there twice"]);
    expect(await problems([...lines.slice(0, 3), "", ...lines.slice(3)])).toEqual(["4: it is empty"]);
    expect(await problems([])).toEqual(["1: there is no receipt in it"]);
    const elsewhere = [...unsignedReceipts(journalOf(() => [...events(9)].map((event, at) => (at === 0 ? { ...event, time: 1 } : event))))].map((made) => receiptText(signReceipt(made, signer)));
    expect(await problems([...lines.slice(0, 4), ...elsewhere.slice(4)])).toEqual(["5: receipt 5 is of another journal than receipt 4 above it"]);
    const edited = [...unsignedReceipts(journalOf(() => events(9, (fill) => (fill === 2 ? 1 : 4_000_000 + fill))))].map((made) => receiptText(signReceipt(made, signer)));
    expect(await problems([...lines.slice(0, 4), ...edited.slice(4)])).toEqual(["5: receipt 5 does not follow on receipt 4: it names another one as the one before it"]);
  });

  it("is not thrown off by one damaged line", async () => {
    const damaged = lines.with(3, "x");
    expect(await problems(damaged)).toEqual(["4: it is no JSON: it is damaged or cut off"]);
    expect(await problems(damaged.filter((_, at) => at !== 6))).toEqual(["4: it is no JSON: it is damaged or cut off", "7: receipt 7 is missing before it"]);
  });

  it("holds the head that was announced when it was shorter, and not one of an edited past", async () => {
    const announced = announcedText(headOf(journalOf(() => events(6))));
    expect(await verifyChain(lines, check, wantedHead(announced))).toMatchObject({ announced: 6, problems: 0 });
    expect((await verifyChain(lines, check, wantedHead(chain[5]!.hash))).announced).toBe(6);
    expect((await verifyChain(lines, check, wantedHead(announcedText(headOf(journalOf(() => events(0))))))).announced).toBe(0);
    const edited = [...unsignedReceipts(journalOf(() => events(9, (fill) => (fill === 2 ? 1 : 4_000_000 + fill))))].map((made) => receiptText(signReceipt(made, signer)));
    expect(await verifyChain(edited, check, wantedHead(announced))).toMatchObject({ announced: null, problems: 0 });
    expect((await verifyChain(lines, check, wantedHead(announced.replace("6/", "7/")))).announced).toBeNull();
    for (const nothing of ["", "abc", "6:", `6:${chain[5]!.hash}`, chain[5]!.hash.slice(0, 20)]) expect(wantedHead(nothing)).toBeNull();
  });

  it("is compared with a journal field by field", () => {
    const edited = new JournalComparison(journalOf(() => events(9, (fill) => (fill === 2 ? 1 : 4_000_000 + fill))));
    const differences = chain.map((receipt) => edited.compare(receipt));
    expect(differences[0]).toBeNull();
    expect(differences[1]?.problem).toMatch(/fill\.price is "40000\.02" in the receipt, "0\.01" in the journal/);
    // What comes after stands on another past.
    expect(differences[2]?.problem).toMatch(/previous is/);
    const same = new JournalComparison(journal);
    expect(chain.slice(0, 7).map((receipt) => same.compare(receipt))).toEqual(Array.from({ length: 7 }, () => null));
    expect(same.beyond(7)).toBe(2);
    expect(new JournalComparison(journalOf(() => events(3))).compare(chain[4]!)?.problem).toBe("the journal gives 3 receipts and no number 5");
  });

  it("is checked with a key of 64 digits only", () => {
    for (const key of ["", "xyz", signer.publicKey.slice(1), `${signer.publicKey}0`]) expect(() => receiptCheck(key)).toThrow(/64 hex digits/);
    expect(receiptSchema.parse(JSON.parse(lines[0]!)).signer).toBe(signer.publicKey);
  });
});
