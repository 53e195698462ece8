import type { Command } from "commander";
import { z } from "zod";
import { agents } from "../../agents/index.ts";
import { readJournal } from "../adapters/sqlite/reader.ts";
import { verifyFile } from "../adapters/sqlite/verify.ts";
import { type Divergence, recover } from "../app/trade/recover.ts";
import { RunError, UserError } from "../core/user-error.ts";
import { strategies } from "../../strategies/index.ts";
import { folderOf, journalIn } from "./journal-path.ts";
import { jsonOption, type Shell } from "./shell.ts";

/** `caucus replay`. */
export function registerReplay(program: Command, shell: Shell): void {
  program
    .command("replay")
    .description("run a recorded run again and prove that every vote, decision and request comes out the same")
    .argument("[journal]", "a journal, or the state folder of a run; without it, that of the default definition")
    .addOption(jsonOption())
    .action(async (wanted: string | undefined, flags: { readonly json?: boolean }) => {
      const path = journalIn(wanted ?? (await folderOf("default", undefined)));
      const result = replay(path);
      if (flags.json) shell.out(`${JSON.stringify(result, null, 2)}\n`);
      else shell.out(textOf(path, result));
      if (result.divergence !== null) throw new RunError("The run does not come out again as it was recorded.");
    });
}

const counted = z.int().min(0);

/** What `caucus replay --json` prints. */
export const replaySchema = z.strictObject({
  events: counted,
  votes: counted,
  decisions: counted,
  requests: counted,
  fills: counted,
  identical: z.boolean().describe("everything came out again as it was recorded, byte for byte"),
  divergence: z
    .strictObject({ sequence: z.int().describe("of the journal entry"), recorded: z.string(), replayed: z.string() })
    .nullable()
    .describe("the first entry that came out otherwise, with its consequences then and now"),
});
type ReplayResult = Readonly<z.infer<typeof replaySchema>>;

function replay(path: string): ReplayResult {
  const damage = verifyFile(path);
  if (damage !== null) throw new UserError(`${path} cannot be replayed. ${damage}`);
  const journal = readJournal(path);
  const counts = { events: 0, votes: 0, decisions: 0, requests: 0, fills: 0 };
  const divergences: Divergence[] = [];
  try {
    recover(journal, agents, strategies, (entry, event, found) => {
      const { requests, decision } = JSON.parse(entry.payload) as { requests: readonly unknown[]; decision: { votes: readonly unknown[] } | null };
      counts.events += 1;
      counts.requests += requests.length;
      if (event.type === "fill") counts.fills += 1;
      if (decision !== null) {
        counts.decisions += 1;
        counts.votes += decision.votes.length;
      }
      if (found !== null) divergences.push(found);
    });
  } finally {
    journal.close();
  }
  return { ...counts, identical: divergences.length === 0, divergence: divergences[0] ?? null };
}

const count = (value: number): string => value.toLocaleString("en-GB");

function textOf(path: string, { events, votes, decisions, requests, fills, divergence }: ReplayResult): string {
  const head = `${path}\n${count(events)} events: ${count(votes)} votes, ${count(decisions)} decisions, ${count(requests)} requests, ${count(fills)} fills.\n`;
  if (divergence === null) return `${head}Every one of them came out again, byte for byte.\n`;
  return `${head}Entry ${divergence.sequence} came out otherwise.\n  recorded ${excerpt(divergence.recorded, divergence.replayed)}\n  now      ${excerpt(divergence.replayed, divergence.recorded)}\n`;
}

/** The part of a text where it begins to differ from another. */
function excerpt(text: string, other: string): string {
  let at = 0;
  while (at < text.length && text[at] === other[at]) at += 1;
  return `...${text.slice(Math.max(0, at - 20), at + 40)}...`;
}
