import { setTimeout as sleep } from "node:timers/promises";
import { openSourceStore, type SourceStore } from "../adapters/sources/store.ts";
import { sourcesSchema, SOURCE_NAMES, type SourceName } from "../app/definition/sources-schema.ts";
import { RunError, UserError } from "../core/user-error.ts";
import { type Source, type SourceContext, SourceError } from "../ports/source.ts";
import type { SourceDownloaded } from "./data-result.ts";
import { openEgress, proxyUses, sourceUses } from "./egress.ts";
import { createProgress } from "./progress.ts";
import { Interrupted, type Shell } from "./shell.ts";
import { openSources } from "./sources.ts";

/** What of a source is fetched, and into which folder. Times in epoch milliseconds. */
export interface SourceDownload {
  readonly source: string;
  /** Whose swap markets, for figures of an exchange. */
  readonly exchange?: string;
  readonly symbol?: string;
  readonly from?: number;
  readonly to?: number;
  readonly url?: string;
  readonly json?: boolean;
}

/** Sources that say the same whatever the market. */
const WITHOUT_SYMBOL: readonly SourceName[] = ["fear-greed", "headlines"];
const FIGURES: readonly SourceName[] = ["funding", "open-interest", "long-short", "order-flow"];
const TRIES = 3;
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;

/** `caucus data download --source`: what a source tells of its past, or what it says now, into the store. */
export async function downloadSource(flags: SourceDownload, root: string, shell: Shell): Promise<void> {
  const name = SOURCE_NAMES.find((one) => one === flags.source);
  if (name === undefined) throw new UserError(`--source ${flags.source}: there is no such source; choose ${SOURCE_NAMES.join(", ")}.`);
  if (flags.symbol === undefined && !WITHOUT_SYMBOL.includes(name)) throw new UserError(`--symbol: say of which market, such as --symbol BTC/USDT; ${name} differs from market to market.`);
  if (flags.exchange !== undefined && !FIGURES.includes(name)) throw new UserError(`--exchange: ${name} is of no exchange; leave it out.`);
  const definition = definitionOf(name, flags);
  openEgress(shell, [...sourceUses(definition), ...proxyUses()]);
  const opened = openSources(definition);
  const store = openSourceStore(root);
  const notes = new Set<string>();
  const [source] = opened.sources;
  if (!source) throw new Error(`${name} was not opened`);
  const symbol = flags.symbol ?? null;
  const context: SourceContext = { symbols: symbol === null ? [] : [symbol], now: Date.now, warn: (why) => notes.add(why) };
  let added = 0;
  try {
    added = await fetchInto(store, source, flags, context, shell.signal, (count) => (added = count));
  } catch (error) {
    if (shell.signal.aborted) throw new Interrupted(`${added.toLocaleString("en-US")} new items are kept; the same command goes on from there.`);
    throw error instanceof SourceError ? told(error) : error;
  } finally {
    store.close();
    await opened.close();
  }
  if (!source.history) notes.add(`${name} tells no past: what it says now was kept, to be known from now on. Run this again and again (or a bot) to gather more.`);
  if (flags.json) shell.out(`${JSON.stringify({ source: name, added, notes: [...notes] } satisfies SourceDownloaded, null, 2)}\n`);
  else shell.out(`${added.toLocaleString("en-US")} new items of ${name}.\n${[...notes].map((note) => `note: ${note}\n`).join("")}`);
}

async function fetchInto(store: SourceStore, source: Source, flags: SourceDownload, context: SourceContext, signal: AbortSignal, onAdded: (added: number) => void): Promise<number> {
  let added = 0;
  const keep: SourceStore["add"] = (items) => {
    const count = store.add(items);
    onAdded((added += count));
    return count;
  };
  if (!source.history) {
    keep(await patiently(source, signal, () => source.fetch(context, signal)));
    return added;
  }
  const history = source.history.bind(source);
  // One answer holds the whole past of what concerns everything; what differs by market is walked through.
  if (flags.from === undefined && flags.symbol !== undefined) throw new UserError("--from: say from when, such as --from 2024-01-01.");
  const from = flags.from ?? 0;
  const to = Math.min(flags.to ?? Number.POSITIVE_INFINITY, context.now());
  if (from >= to) throw new UserError("--from: must be before now and before --to.");
  const progress = createProgress(`${source.name} ${flags.symbol ?? ""}`);
  try {
    await patiently(source, signal, () => {
      // What the store has without a hole need not be asked for again, also after a failure on the way.
      const start = flags.symbol === undefined ? from : goesOnAt(store, source, flags.symbol, from, to);
      return history({ from: start, to, keep, onProgress: (done) => progress.update(done, `${added.toLocaleString("en-US")} items`) }, context, signal);
    });
  } finally {
    progress.stop();
  }
  return added;
}

/** The first instant after `from` at which the store has a hole, longer than a value of the source counts. */
function goesOnAt(store: SourceStore, source: Source, symbol: string, from: number, to: number): number {
  const wanted = { name: source.name, ...(source.prefix === undefined ? {} : { prefix: source.prefix }) };
  const times = store
    .read({ sources: [wanted], symbols: [symbol], from, to: Number.MAX_SAFE_INTEGER })
    .map(({ published }) => published)
    .filter((time) => time >= from && time < to)
    .sort((a, b) => a - b);
  let reached = from;
  for (const time of times) {
    if (time - reached > source.lasts) break;
    reached = time;
  }
  return reached;
}

/** Asks again what failed for now. Figures are asked patiently by their client already. */
async function patiently<Answer>(source: Source, signal: AbortSignal, ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const wait = error instanceof SourceError ? Math.max(error.wait, FIRST_WAIT * 2 ** (attempt - 1)) : 0;
      const passing = error instanceof SourceError && (error.kind === "down" || error.kind === "rate-limited") && wait <= LONGEST_WAIT;
      if (!passing || source.prefix !== undefined || attempt >= TRIES) throw error;
      await sleep(wait, null, { signal });
    }
  }
}

function definitionOf(name: SourceName, { exchange, url }: SourceDownload) {
  const at = name === "headlines" ? (url === undefined ? {} : { feeds: [url] }) : url === undefined ? {} : { url };
  const parsed = sourcesSchema.safeParse({ [name]: { ...at, ...(exchange === undefined ? {} : { exchange }) } });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const flag = issue?.path.includes("exchange") ? `--exchange ${exchange ?? ""}` : `--url ${url ?? ""}`;
  throw new UserError(`${flag}: ${issue?.message ?? "is not as it must be"}`);
}

function told(error: SourceError): Error {
  const message = `${error.message}.${error.wait > 0 ? ` It asks to wait ${Math.ceil(error.wait / 1_000)} s.` : ""}`;
  return error.kind === "refused" ? new UserError(message) : new RunError(message);
}
