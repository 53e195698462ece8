import { writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { agents } from "../../agents/index.ts";
import { painter } from "../adapters/report/terminal.ts";
import { loadDefinition } from "../app/definition/load.ts";
import type { PortfolioView } from "../core/holdings/view.ts";
import { RunError, UserError } from "../core/user-error.ts";
import { strategies } from "../../strategies/index.ts";
import { storedAccountKeys } from "./account-keys.ts";
import { readDefinition } from "./definition-file.ts";
import { allowedUses, openEgress, portfolioUses } from "./egress.ts";
import { readEnvironment } from "./environment.ts";
import { descriptorFlag, KEY_STORE, type StoreFlags } from "./keys/open.ts";
import { Interrupted, jsonOption, type Shell } from "./shell.ts";

interface PortfolioFlags extends StoreFlags {
  readonly json?: boolean;
  readonly picture?: string;
  readonly history?: boolean;
  readonly refresh: "yes" | "no";
  readonly state?: string;
}

const EXAMPLES = `
The definition's portfolio section names the accounts, addresses and holdings.
Keys come from the key store where an account names one (key: LABEL), else from
CAUCUS_<LABEL>_KEY and CAUCUS_<LABEL>_SECRET; ones that can only read are enough.
Every call keeps a snapshot, from which returns are made.

Exit code 1: a place or a price could not be read, and what is shown says which.

Examples:
  caucus portfolio mine                        read everything, show and keep it
  caucus portfolio mine --history              with each snapshot
  caucus portfolio mine --picture mine.png     allocation and history as a picture
  caucus portfolio mine --refresh no           what is known, nobody is asked
  caucus portfolio mine --json | jq .total
`;

/** `caucus portfolio`. */
export function registerPortfolio(program: Command, shell: Shell): void {
  program
    .command("portfolio")
    .description("everything you own: exchanges, addresses, by hand; valued, with profit and returns")
    .argument("[definition]", "a YAML file, or the name of one in backtests/", "default")
    .option("--history", "show each snapshot too")
    .option("--picture <file>", "write allocation and history as a PNG")
    .addOption(new Option("--refresh <answer>", "no: ask nobody, show what is known").choices(["yes", "no"]).default("yes"))
    .option("--state <folder>", "where the history is kept (default: state/<name>-portfolio)")
    .option("--store <file>", `the key store (default: ${KEY_STORE})`)
    .option("--passphrase-fd <n>", "read the key store's passphrase from this file descriptor", descriptorFlag)
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((wanted: string, flags: PortfolioFlags) => portfolio(wanted, flags, shell));
}

async function portfolio(wanted: string, flags: PortfolioFlags, shell: Shell): Promise<void> {
  if (flags.picture !== undefined && !/\.png$/i.test(flags.picture)) throw new UserError(`--picture ${flags.picture}: it is a PNG; name it so, such as portfolio.png.`);
  const { text, name } = await readDefinition(wanted);
  const definition = loadDefinition({ text, name, overrides: [], agents, strategies });
  const keyring = await storedAccountKeys(definition, flags, shell);
  openEgress(shell, [...portfolioUses(definition), ...allowedUses(definition)]);
  const { openPortfolio } = await import("./portfolio-parts.ts");
  for (const note of keyring.notes) shell.err(`${note}\n`);
  const open = await openPortfolio(definition, flags.state, keyring.keys);
  try {
    const view = await open.view(flags.refresh === "yes", shell.signal);
    await show(view, flags, shell);
    // What was not asked for is not missing.
    const failed = flags.refresh === "yes" ? !view.complete : view.places.some(({ state }) => state === "failed");
    if (failed) throw new RunError(`The portfolio is not complete: ${whatIsMissing(view)}.`);
  } catch (error) {
    if (shell.signal.aborted) throw new Interrupted("The snapshots that were kept before are still there.");
    throw error;
  } finally {
    open.close();
  }
}

async function show(view: PortfolioView, flags: PortfolioFlags, shell: Shell): Promise<void> {
  const { columns, colour } = readEnvironment();
  if (flags.json) shell.out(`${JSON.stringify(view, null, 2)}\n`);
  else {
    const { portfolioText } = await import("./portfolio-text.ts");
    shell.out(portfolioText(view, { columns: Math.max(60, Math.min(110, columns)), paint: painter(colour), history: flags.history === true }));
  }
  if (flags.picture === undefined) return;
  const [{ holdingsSvg }, { png }] = await Promise.all([import("../adapters/telegram/pictures/holdings.ts"), import("../adapters/telegram/pictures/png.ts")]);
  const { picture } = flags;
  const bytes = await png(holdingsSvg(view, "UTC"));
  await writeFile(picture, bytes).catch((error: unknown) => {
    throw new UserError(`--picture ${picture} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (!flags.json) shell.out(`Picture: ${picture}\n`);
}

function whatIsMissing(view: PortfolioView): string {
  const places = view.places.filter(({ state, problems }) => state === "failed" || state === "last-known" || problems.length > 0).map(({ label }) => label);
  const unpriced = view.unvalued.map(({ asset }) => asset);
  const said = [
    ...(places.length > 0 ? [`${places.join(", ")} could not be read in full`] : []),
    ...(unpriced.length > 0 ? [`${[...new Set(unpriced)].join(", ")} has no price`] : []),
  ];
  return said.length > 0 ? said.join("; ") : "prices or trades could not be read in full, see the notes";
}
