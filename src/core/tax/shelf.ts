import { compare, type Exact, minus, negated, plus, rounded, signOf, textOf, total, ZERO } from "../holdings/exact.ts";
import type { Disposal, DisposalKind, OpenLot, Problem, TaxBalance, TaxSettings } from "./entries.ts";
import { addLot, createPool, type Lot, lotsOf, type Pool, shareOf, takeLots } from "./lots.ts";
import { isFiat, type TaxRow } from "./row.ts";

/** Where lots are that left all accounts by a withdrawal without a partner. They are still the owner's, and are not sold from. */
export const OUTSIDE = "(outside)";
const EVERYWHERE = "(all)";
const DAY = 86_400_000;

/** All lots and balances, by account or together. */
export interface Shelf {
  receive(row: TaxRow, account: string, asset: string, quantity: Exact, cost: Exact | null): void;
  /** Gives away; `proceeds` null: their worth is not known, and no gain is made. */
  dispose(row: TaxRow, kind: DisposalKind, asset: string, quantity: Exact, proceeds: Exact | null): void;
  /** Takes lots to another account with their dates and cost; to none, outside. */
  move(row: TaxRow, asset: string, quantity: Exact, to: string | null): void;
  /** Changes a balance alone. */
  count(row: TaxRow, account: string, asset: string, change: Exact): void;
  readonly disposals: readonly Disposal[];
  lots(): OpenLot[];
  balances(): TaxBalance[];
}

/** Empty shelves. Problems go where `report` takes them. */
export function createShelf(settings: TaxSettings, report: (problem: Problem) => void): Shelf {
  const pools = new Map<string, { readonly account: string; readonly asset: string; readonly pool: Pool }>();
  const held = new Map<string, { readonly account: string; readonly asset: string; quantity: Exact }>();
  const disposals: Disposal[] = [];
  const overdrawn = new Set<string>();
  const poolOf = (account: string, asset: string): Pool => {
    const place = account === OUTSIDE || settings.by === "account" ? account : EVERYWHERE;
    const key = JSON.stringify([place, asset]);
    const known = pools.get(key) ?? { account: place, asset, pool: createPool(settings.method) };
    pools.set(key, known);
    return known.pool;
  };
  const take = (row: TaxRow, asset: string, quantity: Exact, what: string, proceeds: Exact | null = null): Lot[] => {
    const taken = takeLots(poolOf(row.account, asset), quantity);
    const short = minus(quantity, total(taken.map((lot) => lot.quantity)));
    if (signOf(short) > 0) {
      const uncounted = proceeds === null || signOf(proceeds) === 0 ? "" : ` (their proceeds of ${textOf(rounded(shareOf(proceeds, short, quantity), 2))} ${settings.currency} are in no sum)`;
      const text = `${textOf(short)} ${asset} of ${textOf(quantity)} that were ${what} have no purchase or other origin that is known${uncounted}; import where they came from`;
      report({ origin: row.origin, time: row.time, kind: "no acquisition", asset, quantity: short, text });
    }
    return taken;
  };
  return {
    disposals,
    receive: (row, account, asset, quantity, cost) => {
      if (isFiat(asset) || cost === null) return;
      addLot(poolOf(account, asset), { origin: row.origin, acquired: row.time, quantity, cost });
    },
    dispose: (row, kind, asset, quantity, proceeds) => {
      if (isFiat(asset) || signOf(quantity) === 0) return;
      const taken = take(row, asset, quantity, WHAT[kind], proceeds);
      if (proceeds === null) return;
      let [left, leftProceeds] = [quantity, proceeds];
      for (const lot of taken) {
        const part = shareOf(leftProceeds, lot.quantity, left);
        left = minus(left, lot.quantity);
        leftProceeds = minus(leftProceeds, part);
        disposals.push({
          origin: row.origin, kind, time: row.time, account: row.account, asset,
          quantity: lot.quantity, acquired: lot.acquired, lot: lot.origin,
          proceeds: part, cost: lot.cost, gain: minus(part, lot.cost),
          term: row.time - lot.acquired >= settings.longTermDays * DAY ? "long" : "short",
          counted: kind === "lost" ? false : kind === "gift" || kind === "donation" ? settings.gifts === "taxed" : true,
        });
      }
    },
    move: (row, asset, quantity, to) => {
      if (isFiat(asset) || (settings.by === "universal" && to !== null)) return;
      for (const lot of take(row, asset, quantity, to === null ? "withdrawn" : "transferred")) addLot(poolOf(to ?? OUTSIDE, asset), lot);
    },
    count: (row, account, asset, change) => {
      const key = JSON.stringify([account, asset]);
      const own = held.get(key) ?? { account, asset, quantity: ZERO };
      held.set(key, own);
      own.quantity = plus(own.quantity, change);
      // By account it shows as lots that are missing.
      if (isFiat(asset) || settings.by === "account" || signOf(own.quantity) >= 0 || overdrawn.has(key)) return;
      overdrawn.add(key);
      const text = `${account} gives away more ${asset} than ever came in: a deposit or a purchase is missing from the imports`;
      report({ origin: row.origin, time: row.time, kind: "negative balance", asset, quantity: negated(own.quantity), text });
    },
    lots: () => [...pools.values()].flatMap(({ account, asset, pool }) => lotsOf(pool).map(({ origin, ...lot }) => ({ account, asset, ...lot, lot: origin }))).sort(byPlace),
    balances: () => [...held.values()].filter(({ quantity }) => signOf(quantity) !== 0).map((own) => ({ ...own })).sort(byPlace),
  };
}

const WHAT: Readonly<Record<DisposalKind, string>> = { sale: "sold", spend: "spent", fee: "paid as a fee", gift: "given", donation: "donated", lost: "lost" };

function byPlace(a: { account: string; asset: string; acquired?: number; quantity: Exact }, b: { account: string; asset: string; acquired?: number; quantity: Exact }): number {
  if (a.asset !== b.asset) return a.asset < b.asset ? -1 : 1;
  if (a.account !== b.account) return a.account < b.account ? -1 : 1;
  return (a.acquired ?? 0) - (b.acquired ?? 0) || compare(a.quantity, b.quantity);
}
