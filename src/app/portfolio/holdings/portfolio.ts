import { type AssetBasis, type BasisFlow, costBasis, openProfit, type PastRate } from "../../../core/holdings/basis.ts";
import { type Exact, exact, negated, signOf, textOf, times, total } from "../../../core/holdings/exact.ts";
import { type PastSnapshot, type PortfolioReturns, portfolioReturns, worthTelling } from "../../../core/holdings/history.ts";
import type { Rate } from "../../../core/holdings/rates.ts";
import { type AssetShare, type HeldAsset, type Valuation, valued } from "../../../core/holdings/valuation.ts";
import type { AssetRow, PortfolioView, ReturnsView } from "../../../core/holdings/view.ts";
import type { HoldingsSource, HoldingsStore, PriceSource, Snapshot, StoredReading } from "../../../ports/account.ts";
import { gather, remembered } from "./gather.ts";
import { pastNeeds, readPastRates, readRates } from "./market-rates.ts";
import { allMovements, fetchMovements, type WrittenDown } from "./movements.ts";

const DAY = 86_400_000;
/** Of the time before, the last snapshot of each day counts. */
const FINE = 30 * DAY;

/** What a portfolio is made of. */
export interface PortfolioParts {
  readonly name: string;
  readonly currency: string;
  readonly sources: readonly HoldingsSource[];
  readonly prices: readonly PriceSource[];
  readonly store: HoldingsStore;
  /** Trades and flows of files and of the definition; read each time. */
  readonly written: () => Promise<WrittenDown>;
  /** In small letters: what goes there has not left. */
  readonly ownAddresses: ReadonlySet<string>;
  /** Assets whose markets are looked at for trades though they are not held. */
  readonly assets: readonly string[];
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
  readonly redact: (text: string) => string;
}

/** Reads everything, keeps a snapshot of it and gives the whole portfolio; with `refresh` false nobody is asked. */
export async function portfolioOf(parts: PortfolioParts, refresh: boolean): Promise<PortfolioView> {
  const { currency, store, clock, signal, redact } = parts;
  const written = await parts.written();
  const latest = store.latest(currency) ?? undefined;
  const gathered = refresh ? await gather(parts) : remembered(parts.sources, store);
  const readings = gathered.flatMap(({ reading }) => (reading === null ? [] : [reading]));
  const { rates, answered, problems } = await readRates(refresh ? parts.prices : [], signal, redact);
  const time = clock();
  const rateOf = (asset: string): Rate | null => rates.rate(asset, currency) ?? (refresh && problems.length === 0 ? null : lastPrice(latest, asset, time));
  const valuation = valued(heldOf(readings), currency, rateOf);
  // The currency itself needs no price: then nothing is missing when nobody tells any.
  const needsPrices = valuation.unvalued.length > 0 || valuation.holdings.some(({ asset, pricedAs }) => (pricedAs ?? asset) !== currency);
  const noPrices = refresh && needsPrices && parts.prices.length > 0 && answered === 0;
  const complete = gathered.every(({ state, problems: own }) => state === "read" && own.length === 0) && valuation.unvalued.length === 0 && (problems.length === 0 || !needsPrices);
  const asksOthers = parts.sources.some(({ kind }) => kind !== "by-hand");
  const anew = gathered.some(({ source, state }) => state === "read" && (source.kind !== "by-hand" || !asksOthers));
  if (refresh && anew && !noPrices) store.add({ time, currency, total: valuation.total, complete, readings, prices: pricesOf(valuation) });

  const trouble = refresh ? await fetchMovements(gathered, store, [currency, ...parts.assets], clock, signal, redact) : [];
  const movements = allMovements(store, written, parts.ownAddresses);
  const reading = { known: store.worths(currency), rateOf, sources: refresh ? parts.prices : [], signal, redact };
  const { past, found, problems: pastTrouble } = await readPastRates(pastNeeds(movements.trades, movements.flows, currency), reading);
  store.addWorths(currency, found.filter(({ day }) => day + DAY <= time));
  const snapshots = store.snapshots(currency, time - FINE);
  const returns = portfolioReturns(snapshots.map(pastOf), movements.trades, movements.flows, (flow) => flowWorth(flow, currency, past));
  const basis = costBasis(movements.trades, [...costsByHand(readings), ...movements.flows], currency, past);
  const assets = valuation.allocation.map((share) => assetRow(share, basis.get(share.asset), currency));
  const held = new Set([...valuation.allocation, ...valuation.unvalued].map(({ asset }) => asset));
  return {
    name: parts.name, time, currency, total: valuation.total,
    complete: complete && trouble.length === 0 && pastTrouble.length === 0,
    places: gathered.map(({ source, state, reading, problems: own }) => ({
      label: source.label, kind: source.kind, place: source.place, state, readAt: reading?.readAt ?? null, problems: own, openOrders: reading?.openOrders.length ?? 0,
      value: textOf(total(valuation.holdings.filter((one) => one.source === source.label).map(({ value }) => exact(value)))),
    })),
    holdings: valuation.holdings, unvalued: valuation.unvalued, assets,
    closed: [...basis.values()].filter(({ asset, realised, gaps }) => !held.has(asset) && (realised !== "0" || gaps.length > 0)).map(({ asset, realised, gaps }) => ({ asset, realised, gaps })),
    openOrders: gathered.flatMap(({ reading }) => (reading?.openOrders ?? []).map(({ symbol, side, type, price, quantity, filled, time: placed }) => ({ source: reading?.label ?? "", symbol, side, type, price, quantity, filled, time: placed }))),
    profit: profitOf(assets, basis),
    returns: returns === null ? null : returnsView(returns),
    unexplained: worthTelling(returns?.unexplained ?? []),
    history: snapshots.map(({ time: at, total: value, complete: whole }, i) => ({ time: at, total: value, index: returns?.index[i] ?? 1, complete: whole })),
    notes: [...problems, ...valuation.assumptions.map((one) => `There is no market for it, so ${one} is assumed.`), ...trouble, ...pastTrouble],
  };
}

function heldOf(readings: readonly StoredReading[]): HeldAsset[] {
  return readings.flatMap(({ label, holdings }) => holdings.map(({ asset, quantity, free, used, pricedAs }) => ({ source: label, asset, quantity, free, used, ...(pricedAs === undefined ? {} : { pricedAs }) })));
}

/** What was written down with its cost was bought before everything else, as far as anybody knows. */
function costsByHand(readings: readonly StoredReading[]): BasisFlow[] {
  return readings.flatMap(({ holdings }) => holdings.flatMap(({ asset, quantity, cost }) => (cost === undefined ? [] : [{ time: 0, asset, quantity, value: cost }])));
}

/** The price of the last snapshot, marked with its age; how it was found is not known any more. */
function lastPrice(latest: Snapshot | undefined, asset: string, now: number): Rate | null {
  const price = latest?.prices.get(asset);
  if (latest === undefined || price === undefined) return null;
  return { price: exact(price), path: `price of ${new Date(latest.time).toISOString().slice(0, 16).replace("T", " ")} UTC, ${Math.max(0, Math.round((now - latest.time) / 60_000))} minutes old`, assumed: null, legs: null };
}

function pricesOf({ holdings }: Valuation): Map<string, string> {
  const prices = new Map<string, string>();
  for (const { asset, pricedAs, price } of holdings) {
    prices.set(asset, price);
    if (pricedAs !== undefined && !prices.has(pricedAs)) prices.set(pricedAs, price);
  }
  return prices;
}

function pastOf({ time, total: value, readings, prices }: Snapshot): PastSnapshot {
  const sums = (holdings: StoredReading["holdings"]): Map<string, string> => {
    const quantities = new Map<string, string>();
    for (const { asset, quantity } of holdings) quantities.set(asset, textOf(total([exact(quantities.get(asset) ?? "0"), exact(quantity)])));
    return quantities;
  };
  return { time, total: value, prices, readings: readings.map(({ label, readAt, holdings }) => ({ label, readAt, quantities: sums(holdings) })) };
}

/** With the sign of the flow; the price of its day where the owner has not said what it was worth. */
function flowWorth({ asset, quantity, time, value }: BasisFlow, currency: string, past: PastRate): Exact | null {
  const amount = exact(quantity);
  if (value !== undefined) return signOf(amount) < 0 ? negated(exact(value)) : exact(value);
  if (asset === currency) return amount;
  const price = past(asset, time);
  return price === null ? null : times(amount, price);
}

function assetRow(share: AssetShare, basis: AssetBasis | undefined, currency: string): AssetRow {
  const known = { realised: basis?.realised ?? "0", gaps: basis?.gaps ?? [] };
  // The currency is what everything is measured in: it costs what it is.
  if (share.asset === currency) return { ...share, ...known, cost: null, averageCost: null, unrealised: null, uncovered: "0" };
  const { unrealised, cost, uncovered } = openProfit(basis, share.quantity, share.price);
  const isKnown = basis?.averageCost !== undefined && basis.averageCost !== null;
  return { ...share, ...known, cost: isKnown ? cost : null, averageCost: basis?.averageCost ?? null, unrealised: isKnown ? unrealised : null, uncovered };
}

function profitOf(assets: readonly AssetRow[], basis: ReadonlyMap<string, AssetBasis>): PortfolioView["profit"] {
  const sum = (values: Iterable<string | null>): string => textOf(total([...values].flatMap((value) => (value === null ? [] : [exact(value)]))));
  return { realised: sum([...basis.values()].map(({ realised }) => realised)), unrealised: sum(assets.map(({ unrealised }) => unrealised)), cost: sum(assets.map(({ cost }) => cost)) };
}

function returnsView({ since, to, snapshots, firstValue, lastValue, netFlows, gain, timeWeighted, moneyWeighted }: PortfolioReturns): ReturnsView {
  return { since, to, snapshots, firstValue, lastValue, netFlows, gain, timeWeighted, moneyWeighted };
}
