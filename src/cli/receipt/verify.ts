import { linesOf } from "../../adapters/receipts/lines.ts";
import { wrap } from "../../adapters/report/terminal.ts";
import { readJournal } from "../../adapters/sqlite/reader.ts";
import { type Difference, JournalComparison } from "../../app/receipts/compare.ts";
import { type Verdict, verifyChain, wantedHead } from "../../app/receipts/verify-chain.ts";
import { receiptCheck } from "../../app/receipts/verify-one.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import { readEnvironment } from "../environment.ts";
import { journalIn } from "../journal-path.ts";
import type { Shell } from "../shell.ts";
import type { ReceiptVerdict } from "./result.ts";
import { bytesOf, givenKey } from "./sources.ts";

/** What `caucus receipt verify` can be told. */
export interface VerifyFlags {
  readonly key: string;
  readonly head?: string;
  readonly journal?: string;
  readonly identity?: string;
  readonly json?: boolean;
}

/** Differences from the journal that are told of. */
const MOST_TOLD = 20;

/** `caucus receipt verify`. */
export async function verifyFile(file: string, flags: VerifyFlags, shell: Shell): Promise<void> {
  const check = receiptCheck(givenKey(flags.key));
  const head = flags.head === undefined ? null : wantedHead(flags.head);
  if (flags.head !== undefined && head === null) throw new UserError("--head: write the head as it was announced, COUNT/HASH, or the hash alone (64 hex digits, or its first 32 or more).");
  const journal = flags.journal === undefined ? null : readJournal(journalIn(flags.journal));
  try {
    const comparison = journal && new JournalComparison(journal);
    const differences: Difference[] = [];
    let different = 0;
    const verdict = await verifyChain(linesOf(bytesOf(file, flags.identity)), check, head, (receipt) => {
      const difference = comparison?.compare(receipt) ?? null;
      if (difference === null) return;
      different += 1;
      if (differences.length < MOST_TOLD) differences.push(difference);
    });
    const beyond = comparison && verdict.last && verdict.count > 1 ? comparison.beyond(verdict.last.count) : 0;
    const headProblem = headProblemOf(flags.head, verdict);
    const isSound = verdict.problems === 0 && different === 0 && headProblem === null;
    if (flags.json) shell.out(`${JSON.stringify({ file, sound: isSound, ...verdict, ...(flags.head === undefined ? {} : { headFits: headProblem === null }), ...(journal ? { differences, different, beyond } : {}) } satisfies ReceiptVerdict, null, 2)}\n`);
    else {
      const lines = [
        ...verdict.findings.map(({ line, problem }) => `Line ${line}: ${problem}.`),
        ...(verdict.problems > verdict.findings.length ? [`And ${verdict.problems - verdict.findings.length} more.`] : []),
        ...differences.map(({ number, problem }) => `Receipt ${number} is not what the journal gives: ${problem}.`),
        ...(different > differences.length ? [`And ${different - differences.length} more that differ.`] : []),
        ...(headProblem === null ? [] : [headProblem]),
        ...(isSound ? soundLines(verdict, journal !== null, beyond) : []),
      ];
      shell.out(`${lines.flatMap((line) => wrap(line, readEnvironment().columns)).join("\n")}\n`);
    }
    if (!isSound) throw new RunError(`${file} does not stand up: ${counted(verdict.problems, "problem")}${journal ? `, ${counted(different, "difference")} from the journal` : ""}${headProblem === null ? "" : ", and the announced head does not fit"}.`);
  } finally {
    journal?.close();
  }
}

function headProblemOf(head: string | undefined, { announced, last }: Verdict): string | null {
  if (head === undefined || announced !== null) return null;
  return `The announced head ${head} is the hash of no receipt in it${last ? `, which ends with receipt ${last.count}, hash ${last.hash}` : ""}: what was announced has been edited since, or is missing.`;
}

function soundLines({ count, first, last, announced }: Verdict, isCompared: boolean, beyond: number): string[] {
  const what = count === 1 ? `Receipt ${first ?? 0} is whole and signed with that key.` : `Receipts ${first ?? 0} to ${last?.count ?? 0} are whole, each follows on the one before, and all are signed with that key.`;
  const lines = [what, ...(last ? [`Hash of the last: ${last.hash}`] : [])];
  if (announced !== null) lines.push(`The announced head is receipt ${announced}.`);
  else if (count > 1) lines.push("Only an announced head (--head) can show that none are missing at the end.");
  if (isCompared) lines.push(beyond > 0 ? `The journal gives exactly these, and ${counted(beyond, "later one")}.` : "The journal gives exactly the same.");
  return lines;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
