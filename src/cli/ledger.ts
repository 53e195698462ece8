import { existsSync } from "node:fs";
import type { Command } from "commander";
import { z } from "zod";
import { agents } from "../../agents/index.ts";
import { openCcxtVenue } from "../adapters/ccxt/venue/venue.ts";
import { readJournal } from "../adapters/sqlite/reader.ts";
import { verifyFile } from "../adapters/sqlite/verify.ts";
import { type Discrepancy, discrepancies, holdingsOf } from "../app/trade/holdings.ts";
import { type Recovered, recover } from "../app/trade/recover.ts";
import { RunError, UserError } from "../core/user-error.ts";
import { strategies } from "../../strategies/index.ts";
import { allowedUses, exchangeUses, openEgress } from "./egress.ts";
import { descriptorFlag, KEY_STORE, type StoreFlags } from "./keys/open.ts";
import { folderOf, journalIn } from "./journal-path.ts";
import { hostsOf } from "./run/hosts.ts";
import { findKeys } from "./run/find-keys.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface LedgerFlags extends StoreFlags {
  readonly state?: string;
  readonly exchange?: boolean;
  readonly json?: boolean;
}

const amount = z.string().describe("decimal text");

/** What `caucus ledger verify --json` prints of books that are sound; of damaged ones it prints nothing and says on stderr what is wrong. */
export const ledgerSchema = z.strictObject({
  journal: z.string().describe("its path"),
  sound: z.literal(true),
  fills: z.int().min(0),
  held: z.record(z.string(), amount).describe("what the books hold, by asset"),
  discrepancies: z
    .array(z.strictObject({ asset: z.string(), venue: amount, books: amount }))
    .readonly()
    .nullable()
    .describe("where the exchange's balances are others than the books'; null without --exchange"),
});

/** `caucus ledger verify`. */
export function registerLedger(program: Command, shell: Shell): void {
  const ledger = program.command("ledger").description("the books of a run");
  ledger
    .command("verify")
    .description("check the chain, the double entry and the invariants; with --exchange the balances too")
    .argument("[definition]", "the definition that runs", "default")
    .option("--state <folder>", "the state folder of the run")
    .option("--exchange", "compare with the balances of the exchange, with the keys that the run trades with")
    .option("--store <file>", `the key store (default: ${KEY_STORE})`)
    .option("--passphrase-fd <n>", "read the key store's passphrase from this file descriptor", descriptorFlag)
    .addOption(jsonOption())
    .action(async (wanted: string, flags: LedgerFlags) => {
      const path = journalIn(await folderOf(wanted, flags.state));
      if (!existsSync(path)) throw new UserError(`There is no journal ${path}. Name the state folder of a run with --state.`);
      const problem = verifyFile(path);
      if (problem !== null) throw new RunError(`${path} is damaged. ${problem}`);
      const recovered = booksOf(path);
      const found = flags.exchange === true ? await compare(recovered, flags, shell) : null;
      const held = Object.fromEntries(holdingsOf(recovered.bot));
      if (flags.json) shell.out(`${JSON.stringify({ journal: path, sound: true, fills: recovered.fills, held, discrepancies: found } satisfies z.infer<typeof ledgerSchema>, null, 2)}\n`);
      else shell.out(textOf(path, recovered, held, found));
      if (found !== null && found.length > 0) throw new RunError("The exchange and the books do not agree.");
    });
}

function booksOf(path: string): Recovered {
  const journal = readJournal(path);
  try {
    const recovered = recover(journal, agents, strategies);
    if (recovered === null) throw new UserError(`${path}: nothing has been begun in this journal.`);
    return recovered;
  } finally {
    journal.close();
  }
}

const DEADLINE = 10_000;

/** What the exchange says now against the books; orders that fill meanwhile may show as a difference. */
async function compare({ bot, definition, baseline, genesis }: Recovered, flags: StoreFlags, shell: Shell): Promise<readonly Discrepancy[]> {
  if (genesis.mode !== "live") throw new UserError(`--exchange: this is the journal of a ${genesis.mode} run; there is no account to compare it with.`);
  const { exchange, url, key } = definition.trade;
  const { keys } = await findKeys({ exchange, scope: "read", named: key.stored, flags }, shell);
  openEgress(shell, [...exchangeUses(exchange, url, `the exchange ${exchange}`), ...allowedUses(definition)]);
  const venue = await openCcxtVenue({
    exchange, ...keys, staleAfterMs: DEADLINE, deadlineMs: DEADLINE, recvWindow: 5_000,
    ...hostsOf(definition),
  });
  try {
    await venue.syncClock();
    const balances = await venue.balances();
    if (!balances.ok) throw new RunError(`The exchange did not answer: ${balances.failure.message}`);
    return discrepancies(bot, balances.value, baseline);
  } finally {
    await venue.close();
  }
}

function textOf(path: string, { fills }: Recovered, held: Readonly<Record<string, string>>, found: readonly Discrepancy[] | null): string {
  const lines = [path, "The chain is whole, every entry balances, and the fills are those of the orders.", `${fills} fills booked; held:`];
  for (const [asset, amount] of Object.entries(held)) lines.push(`  ${asset.padEnd(8)}${amount}`);
  if (found?.length === 0) lines.push("The exchange has exactly that (and what was there before).");
  for (const { asset, venue, books } of found ?? []) lines.push(`  ${asset}: the exchange has ${venue}, the books ${books}`);
  return `${lines.join("\n")}\n`;
}
