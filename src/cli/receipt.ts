import { type Command, InvalidArgumentError } from "commander";
import { encryptTo } from "../adapters/receipts/age.ts";
import { writeWhole } from "../adapters/report/write.ts";
import { headOf, signReceipt, unsignedReceipts } from "../app/receipts/chain.ts";
import type { Unsigned } from "../app/receipts/fold.ts";
import { type Head, receiptText as lineOf } from "../core/receipts/receipt.ts";
import { RunError, UserError } from "../core/user-error.ts";
import { readEnvironment } from "./environment.ts";
import { bytesOf, type ReceiptSource, type StateFlag, withJournal } from "./receipt/sources.ts";
import type { ReceiptDecrypt, ReceiptExport, ReceiptList, ReceiptPublicKey } from "./receipt/result.ts";
import { listText, receiptText } from "./receipt/text.ts";
import { type VerifyFlags, verifyFile } from "./receipt/verify.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface JsonFlags extends StateFlag {
  readonly json?: boolean;
}
interface ExportFlags extends JsonFlags {
  readonly number?: number;
  readonly out?: string;
  readonly to?: string;
}

const EXAMPLES = `
Examples:
  caucus receipt list mine --last 5
  caucus receipt export mine --out receipts.jsonl
  caucus receipt verify receipts.jsonl --key $(caucus receipt public-key mine)
  caucus receipt verify receipts.jsonl --key KEY --head 57/9c41...

docs/receipts.md says what a receipt holds and what it proves.
`;

/** `caucus receipt`. */
export function registerReceipt(program: Command, shell: Shell): void {
  const receipt = program.command("receipt").description("signed receipts of every fill, chained by their hashes").addHelpText("after", EXAMPLES);
  const ofRun = (command: Command): Command =>
    command.argument("[definition]", "the definition that runs", "default").option("--state <folder>", "the state folder of the run").addOption(jsonOption());
  ofRun(receipt.command("list").description("the last receipts, and the head of the chain"))
    .option("--last <count>", "how many", wholeNumber, 20)
    .action((wanted: string, flags: JsonFlags & { readonly last: number }) => withJournal(wanted, flags, (source) => list(source, flags, shell)));
  ofRun(receipt.command("show").argument("<number>", "its number, from 1", wholeNumber).description("one receipt; with --json as it is exported"))
    .action((number: number, wanted: string, flags: JsonFlags) => withJournal(wanted, flags, (source) => show(source, number, flags, shell)));
  ofRun(receipt.command("export").description("all receipts, one JSON object a line"))
    .option("--number <number>", "this one alone", wholeNumber)
    .option("--out <file>", "write a file (default: to the terminal)")
    .option("--to <recipient>", "encrypt to this age recipient, age1...")
    .action((wanted: string, flags: ExportFlags) => withJournal(wanted, flags, (source) => exportAll(source, flags, shell)));
  receipt
    .command("verify")
    .description("check a receipt or an exported chain with the public key alone")
    .argument("<file>", "what `caucus receipt export` wrote")
    .requiredOption("--key <key>", "the public key, 64 hex digits, or a file that holds it")
    .option("--head <head>", "an announced head, HASH or COUNT/HASH, which must be in the chain")
    .option("--journal <path>", "compare with this journal, or the state folder it is in")
    .option("--identity <file>", "the age identity that decrypts the file")
    .addOption(jsonOption())
    .action((file: string, flags: VerifyFlags) => verifyFile(file, flags, shell));
  receipt
    .command("decrypt")
    .description("what an encrypted file of receipts says")
    .argument("<file>", "what `caucus receipt export --to` wrote")
    .requiredOption("--identity <file>", "the file of your age identity")
    .option("--out <file>", "write a file (default: to the terminal)")
    .addOption(jsonOption())
    .action((file: string, flags: { readonly identity: string; readonly out?: string; readonly json?: boolean }) => decrypt(file, flags, shell));
  ofRun(receipt.command("public-key").description("the key that checks the receipts of a run"))
    .action((wanted: string, flags: JsonFlags) => withJournal(wanted, flags, ({ signer }) => {
      const { publicKey } = signer();
      shell.out(flags.json ? `${JSON.stringify({ publicKey } satisfies ReceiptPublicKey)}\n` : `${publicKey}\n`);
    }));
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,11}$/.test(text)) throw new InvalidArgumentError("write a whole number from 1 on.");
  return Number(text);
}

function list({ journal }: ReceiptSource, flags: { readonly last: number; readonly json?: boolean }, shell: Shell): void {
  let kept: Unsigned[] = [];
  for (const made of unsignedReceipts(journal)) {
    kept.push(made);
    if (kept.length >= 2 * flags.last) kept = kept.slice(-flags.last);
  }
  kept = kept.slice(-flags.last);
  const last = kept.at(-1);
  const head: Head = last ? { count: last.body.number, hash: last.hash } : headOf(journal);
  if (flags.json) shell.out(`${JSON.stringify({ ...head, receipts: kept.map(({ body, hash }) => ({ number: body.number, hash, fill: body.fill, order: body.order, journal: body.journal })) } satisfies ReceiptList, null, 2)}\n`);
  else shell.out(listText(kept, head, readEnvironment().columns));
}

function show(source: ReceiptSource, number: number, flags: JsonFlags, shell: Shell): void {
  const receipt = signReceipt(theOne(source, number), source.signer());
  shell.out(flags.json ? `${lineOf(receipt)}\n` : receiptText(receipt, readEnvironment().columns));
}

function theOne({ journal, path }: ReceiptSource, number: number): Unsigned {
  let count = 0;
  for (const made of unsignedReceipts(journal)) {
    if (made.body.number === number) return made;
    count = made.body.number;
  }
  throw new UserError(`There is no receipt ${number}: ${path} gives ${count}.`);
}

async function exportAll(source: ReceiptSource, flags: ExportFlags, shell: Shell): Promise<void> {
  const { out, to, number } = flags;
  if (out === undefined && (to !== undefined || flags.json === true)) throw new UserError(`${to === undefined ? "--json" : "--to"}: name the file to write with --out.`);
  const signer = source.signer();
  let head: Head | null = null;
  function* lines(): Generator<string> {
    for (const made of number === undefined ? unsignedReceipts(source.journal) : [theOne(source, number)]) {
      head = { count: made.body.number, hash: made.hash };
      yield `${lineOf(signReceipt(made, signer))}\n`;
    }
  }
  if (out === undefined) {
    for (const line of lines()) shell.out(line);
    return;
  }
  await writeWhole(out, "the receipts", to === undefined ? lines() : await encryptTo(to, ReadableStream.from(bytes(lines()))));
  // The generator has set it, which the compiler cannot see.
  const end = head as Head | null;
  if (flags.json) shell.out(`${JSON.stringify({ file: out, head: end, publicKey: signer.publicKey, encryptedTo: to ?? null } satisfies ReceiptExport, null, 2)}\n`);
  else shell.out(`${out}: ${end === null ? "no receipts yet" : number === undefined ? `${end.count} receipts, head ${end.hash}` : `receipt ${number}`}\nPublic key: ${signer.publicKey}\n`);
}

function* bytes(lines: Iterable<string>): Generator<Uint8Array> {
  for (const line of lines) yield Buffer.from(line, "utf8");
}

async function decrypt(file: string, flags: { readonly identity: string; readonly out?: string; readonly json?: boolean }, shell: Shell): Promise<void> {
  const { out } = flags;
  if (flags.json === true && out === undefined) throw new UserError("--json: name the file to write with --out.");
  const said = bytesOf(file, flags.identity);
  if (out !== undefined) {
    await writeWhole(out, "the receipts", said);
    shell.out(flags.json ? `${JSON.stringify({ file: out } satisfies ReceiptDecrypt)}\n` : `${out}\n`);
    return;
  }
  const decoder = new TextDecoder();
  for await (const chunk of said) shell.out(decoder.decode(chunk, { stream: true }));
  const rest = decoder.decode();
  if (rest !== "") throw new RunError(`${file} is no text.`);
}
