import { z } from "zod";
import { receiptSchema } from "../../core/receipts/receipt.ts";

const count = z.int().min(0);
const { body, hash, signer } = receiptSchema.shape;
const file = z.string();

/** What `caucus receipt list --json` prints: the head of the chain and its last receipts, oldest first. */
export const receiptListSchema = z.strictObject({
  count: count.describe("receipts in the chain"),
  hash: z.string().describe("of the last receipt; before the first one what that will follow on, empty while nothing is begun"),
  receipts: z.array(z.strictObject({ number: body.shape.number, hash, fill: body.shape.fill, order: body.shape.order, journal: body.shape.journal })),
});
export type ReceiptList = z.infer<typeof receiptListSchema>;

/** What `caucus receipt export --json` prints of the file that it wrote. */
export const receiptExportSchema = z.strictObject({
  file,
  head: z.strictObject({ count, hash }).nullable().describe("the last receipt in the file; null when there is none"),
  publicKey: signer,
  encryptedTo: z.string().nullable().describe("age recipient; null when the file is not encrypted"),
});
export type ReceiptExport = z.infer<typeof receiptExportSchema>;

/** What `caucus receipt verify --json` prints. */
export const receiptVerdictSchema = z.strictObject({
  file,
  sound: z.boolean().describe("nothing was found against it in any of the checks that were asked for"),
  count: count.describe("receipts read"),
  first: z.int().nullable().describe("number of the first receipt"),
  last: z.strictObject({ count, hash }).nullable().describe("number and hash of the last receipt"),
  announced: z.int().nullable().describe("number of the receipt that --head names; null when it is not there, or not asked for"),
  findings: z.array(z.strictObject({ line: z.int().min(1), problem: z.string() })).readonly().describe("in the order of the lines, the first of them"),
  problems: count.describe("all findings, told or not"),
  headFits: z.boolean().optional().describe("with --head"),
  differences: z.array(z.strictObject({ number: z.int(), problem: z.string() })).readonly().optional().describe("with --journal: the first of them"),
  different: count.optional().describe("with --journal: receipts that are not what the journal gives"),
  beyond: count.optional().describe("with --journal: receipts that it gives after the last one of the file"),
});
export type ReceiptVerdict = z.infer<typeof receiptVerdictSchema>;

/** What `caucus receipt decrypt --json` prints of the file that it wrote. */
export const receiptDecryptSchema = z.strictObject({ file });
export type ReceiptDecrypt = z.infer<typeof receiptDecryptSchema>;

/** What `caucus receipt public-key --json` prints. */
export const receiptPublicKeySchema = z.strictObject({ publicKey: signer.describe("Ed25519, 32 bytes in hex") });
export type ReceiptPublicKey = z.infer<typeof receiptPublicKeySchema>;
