import type { AccountTrade, Flow, HoldingsStore } from "../../../ports/account.ts";
import { type Gathered, whyOf } from "./gather.ts";

/** Trades and flows that are known, the oldest first, and what could not be read. */
export interface Movements {
  readonly trades: readonly AccountTrade[];
  readonly flows: readonly Flow[];
  readonly problems: readonly string[];
}

/** What was written down beside the places: trades and flows of files and of the definition. */
export interface WrittenDown {
  readonly trades: readonly AccountTrade[];
  readonly flows: readonly Flow[];
}

/** Fetches what is new at the places that answered, and keeps it. */
export async function fetchMovements(gathered: readonly Gathered[], store: HoldingsStore, assets: readonly string[], clock: () => number, signal: AbortSignal, redact: (text: string) => string): Promise<readonly string[]> {
  const problems: string[] = [];
  const traded = new Map<string, Set<string>>();
  for (const { source, base, quote } of store.trades()) traded.set(source, (traded.get(source) ?? new Set()).add(base).add(quote));
  await Promise.all(
    gathered.map(async ({ source, state, reading }) => {
      if (state !== "read" || reading === null) return;
      const attempt = async (work: () => Promise<void>): Promise<void> => {
        try {
          await work();
        } catch (error) {
          signal.throwIfAborted();
          problems.push(`${source.label}: ${redact(whyOf(error))}`);
        }
      };
      await attempt(async () => {
        if (!source.trades) return;
        const held = reading.holdings.map(({ asset }) => asset);
        const wanted = [...new Set([...assets, ...held, ...(traded.get(source.label) ?? [])])];
        const { trades, readTo, missing } = await source.trades(store.tradeCursors(source.label), wanted, signal);
        store.addTrades(trades, source.label, readTo);
        problems.push(...missing.map((one) => `${source.label}: ${redact(one)}`));
      });
      await attempt(async () => {
        if (!source.flows) return;
        const asked = clock();
        store.addFlows(await source.flows(sinceOf(store.flowsReadTo(source.label), asked), signal), source.label, asked);
      });
    }),
  );
  return problems.sort();
}

/** Two years the first time; then from before the last reading, as a transfer that was under way then has come through since. */
function sinceOf(readTo: number, now: number): number {
  const week = 7 * 86_400_000;
  return readTo === 0 ? now - 104 * week : readTo - 2 * week;
}

/** All trades and flows together; moves between own places are no flows. */
export function allMovements(store: HoldingsStore, written: WrittenDown, ownAddresses: ReadonlySet<string>): { readonly trades: readonly AccountTrade[]; readonly flows: readonly Flow[] } {
  const trades = new Map<string, AccountTrade>();
  for (const trade of [...store.trades(), ...written.trades]) trades.set(`${trade.source} ${trade.base}/${trade.quote} ${trade.id}`, trade);
  const flows = withoutOwn([...store.flows(), ...written.flows].filter(({ counterparty }) => counterparty === undefined || !ownAddresses.has(counterparty)));
  return { trades: [...trades.values()].sort((a, b) => a.time - b.time), flows: [...flows].sort((a, b) => a.time - b.time) };
}

/** Without those whose transaction left one own place and came in at another. */
function withoutOwn(flows: readonly Flow[]): readonly Flow[] {
  const signs = new Map<string, Set<string>>();
  const key = ({ transaction, asset }: Flow): string => `${transaction} ${asset}`;
  const sign = ({ quantity }: Flow): string => (quantity.startsWith("-") ? "-" : "+");
  for (const flow of flows) if (flow.transaction !== undefined) signs.set(key(flow), (signs.get(key(flow)) ?? new Set()).add(sign(flow)));
  return flows.filter((flow) => flow.transaction === undefined || signs.get(key(flow))?.size !== 2);
}
