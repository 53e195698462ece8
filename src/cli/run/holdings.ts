import type { AccountKeys } from "../../adapters/ccxt/accounts/client.ts";
import type { TelegramCommand } from "../../adapters/telegram/command.ts";
import type { WholePortfolio } from "../../adapters/telegram/commands/portfolio.ts";
import type { Definition } from "../../app/definition/schema.ts";
import type { PortfolioView } from "../../core/holdings/view.ts";
import type { OpenPortfolio } from "../portfolio-parts.ts";

/** Exchanges limit requests, and nothing changes faster than somebody reads. */
const FRESH = 20_000;

/** The owner's whole portfolio within a run. */
export interface HoldingsRun {
  /** The commands, with a /portfolio that shows everything. */
  readonly commands: (commands: readonly TelegramCommand[]) => readonly TelegramCommand[];
  /** Keys that must never be said. */
  readonly secrets: readonly string[];
  close(): void;
}

/** Opens the portfolio of a definition for a bot; `null` when it names none, or with a complaint when it cannot be opened: the bot trades without it. */
export async function holdingsRun(definition: Definition, complain: (what: string, error: unknown) => void, stored?: ReadonlyMap<string, AccountKeys>): Promise<HoldingsRun | null> {
  if (definition.portfolio === undefined) return null;
  try {
    const [{ openPortfolio }, { portfolioWith }] = await Promise.all([import("../portfolio-parts.ts"), import("../../adapters/telegram/commands/portfolio.ts")]);
    const open = await openPortfolio(definition, undefined, stored);
    const everything = portfolioWith(shared(open));
    return {
      commands: (commands) => commands.map((command) => (command.name === everything.name ? everything : command)),
      secrets: open.secrets,
      close: () => open.close(),
    };
  } catch (error) {
    complain("the portfolio cannot be opened, so that /portfolio shows the bot alone", error);
    return null;
  }
}

/** One reading for all who ask at the same time. */
function shared(open: OpenPortfolio): WholePortfolio {
  let going: Promise<PortfolioView> | null = null;
  let last: { readonly view: PortfolioView; readonly at: number } | null = null;
  return async (signal) => {
    if (last !== null && performance.now() - last.at < FRESH) return last.view;
    going ??= open.view(true, signal).finally(() => (going = null));
    const view = await going;
    last = { view, at: performance.now() };
    return view;
  };
}
