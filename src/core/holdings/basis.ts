import { compare, type Exact, exact, minus, negated, over, plus, rounded, signOf, smaller, textOf, times, ZERO } from "./exact.ts";
import { VALUE_PLACES } from "./valuation.ts";

/** An execution of the owner's; decimal texts. */
export interface BasisTrade {
  readonly time: number;
  readonly base: string;
  readonly quote: string;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly price: string;
  readonly fee: { readonly asset: string; readonly quantity: string } | null;
}

/** What came in (above zero) or left, and what it was worth or had cost then in the currency, where known; decimal texts. */
export interface BasisFlow {
  readonly time: number;
  readonly asset: string;
  readonly quantity: string;
  readonly value?: string;
}

/** What an asset has cost by average cost, over all places. Decimal texts in the currency. */
export interface AssetBasis {
  readonly asset: string;
  /** The part of what is held whose cost is known. */
  readonly covered: string;
  /** Of the covered part. */
  readonly cost: string;
  readonly averageCost: string | null;
  readonly realised: string;
  /** Sold without a purchase that is known: its profit is not known and is not counted. */
  readonly soldUncovered: string;
  /** Why a part is not known, in sentences. */
  readonly gaps: readonly string[];
}

interface Pool {
  covered: Exact;
  cost: Exact;
  realised: Exact;
  soldUncovered: Exact;
  readonly gaps: Set<string>;
}

/** Worth of one unit of an asset in the currency at a time; `null` when it is not known. */
export type PastRate = (asset: string, time: number) => Exact | null;

/**
 * Average cost of every asset. A trade gives one asset away at what the other is worth: proceeds beyond the average cost are
 * realised, and what was received has cost as much. A fee is paid out of the fee's asset, at its worth; it adds to the cost of
 * what was bought and lessens the proceeds of what was sold. Moves into the portfolio cost what they were worth; moves out take
 * their average cost along and realise nothing. The currency itself has no cost.
 */
export function costBasis(trades: readonly BasisTrade[], flows: readonly BasisFlow[], currency: string, past: PastRate): ReadonlyMap<string, AssetBasis> {
  const pools = new Map<string, Pool>();
  const pool = (asset: string): Pool => {
    const known = pools.get(asset);
    if (known) return known;
    const made: Pool = { covered: ZERO, cost: ZERO, realised: ZERO, soldUncovered: ZERO, gaps: new Set() };
    pools.set(asset, made);
    return made;
  };
  const rate: PastRate = (asset, time) => (asset === currency ? exact("1") : past(asset, time));
  const receive = (asset: string, quantity: Exact, cost: Exact | null, why: string): void => {
    if (asset === currency) return;
    const own = pool(asset);
    if (cost === null) {
      own.gaps.add(why);
      return;
    }
    own.covered = plus(own.covered, quantity);
    own.cost = plus(own.cost, cost);
  };
  const give = (asset: string, quantity: Exact, proceeds: Exact | null, why: string): void => {
    if (asset === currency) return;
    const own = pool(asset);
    const part = smaller(quantity, own.covered);
    const cost = signOf(own.covered) === 0 ? ZERO : compare(part, own.covered) === 0 ? own.cost : rounded(over(times(own.cost, part), own.covered), VALUE_PLACES);
    own.covered = minus(own.covered, part);
    own.cost = minus(own.cost, cost);
    if (proceeds === null) {
      own.gaps.add(why);
      return;
    }
    own.soldUncovered = plus(own.soldUncovered, minus(quantity, part));
    if (signOf(quantity) > 0) own.realised = plus(own.realised, minus(rounded(over(times(proceeds, part), quantity), VALUE_PLACES), cost));
  };

  const events = [...trades.map((trade) => ({ time: trade.time, order: 1, book: () => settle(trade) })), ...flows.map((flow) => ({ time: flow.time, order: 0, book: () => move(flow) }))];
  // What came in may have been sold within the same millisecond; the other way round it would count as sold without a purchase.
  events.sort((a, b) => a.time - b.time || a.order - b.order);
  for (const { book } of events) book();

  function move(flow: BasisFlow): void {
    const quantity = exact(flow.quantity);
    if (signOf(quantity) === 0) return;
    if (signOf(quantity) < 0) {
      leave(flow.asset, negated(quantity));
      return;
    }
    const price = flow.value === undefined ? rate(flow.asset, flow.time) : null;
    const cost = flow.value === undefined ? (price === null ? null : rounded(times(quantity, price), VALUE_PLACES)) : exact(flow.value);
    receive(flow.asset, quantity, cost, "a deposit's worth at its time is not known");
  }

  function leave(asset: string, quantity: Exact): void {
    if (asset === currency) return;
    const own = pool(asset);
    const part = smaller(quantity, own.covered);
    if (signOf(part) === 0) return;
    own.cost = compare(part, own.covered) === 0 ? ZERO : minus(own.cost, rounded(over(times(own.cost, part), own.covered), VALUE_PLACES));
    own.covered = minus(own.covered, part);
  }

  function settle(trade: BasisTrade): void {
    const quantity = exact(trade.quantity);
    const turnover = times(quantity, exact(trade.price));
    const quoteRate = rate(trade.quote, trade.time);
    const baseRate = quoteRate === null ? rate(trade.base, trade.time) : null;
    const worth = quoteRate !== null ? rounded(times(turnover, quoteRate), VALUE_PLACES) : baseRate !== null ? rounded(times(quantity, baseRate), VALUE_PLACES) : null;
    const why = `what ${trade.quote} was worth at a trade of ${trade.base}/${trade.quote} is not known`;
    const buys = trade.side === "buy";
    const fee = trade.fee === null ? ZERO : exact(trade.fee.quantity);
    let [base, quote] = [quantity, turnover];
    // Paid in the base it only changes the quantity, at the same worth; paid otherwise it is worth something itself.
    if (trade.fee?.asset === trade.base) base = buys ? minus(quantity, fee) : plus(quantity, fee);
    else if (trade.fee?.asset === trade.quote) quote = buys ? plus(turnover, fee) : minus(turnover, fee);
    const feeWorth = worth === null || signOf(turnover) === 0 ? null : trade.fee?.asset === trade.quote ? rounded(over(times(fee, worth), turnover), VALUE_PLACES) : thirdFee(trade);
    const net = worth === null || feeWorth === null ? null : buys ? plus(worth, feeWorth) : minus(worth, feeWorth);
    // What is bought has cost its worth and the fee; what is sold brings its worth without the fee.
    const moved = trade.fee?.asset === trade.quote ? net : worth;
    if (buys) {
      give(trade.quote, quote, moved, why);
      receive(trade.base, base, net, why);
    } else {
      give(trade.base, base, net, why);
      receive(trade.quote, quote, moved, why);
    }
  }

  /** Worth of a fee paid in an asset of its own, which it takes out of that asset; nothing for any other fee. */
  function thirdFee({ fee, base, quote, time }: BasisTrade): Exact {
    if (fee === null || fee.asset === base || fee.asset === quote) return ZERO;
    const quantity = exact(fee.quantity);
    const price = rate(fee.asset, time);
    const worth = price === null ? null : rounded(times(quantity, price), VALUE_PLACES);
    const why = `what ${fee.asset} was worth when a fee was paid in it is not known`;
    if (signOf(quantity) >= 0) give(fee.asset, quantity, worth, why);
    else receive(fee.asset, negated(quantity), worth === null ? null : negated(worth), why);
    if (worth === null) pool(base).gaps.add(why);
    return worth ?? ZERO;
  }

  return new Map([...pools].map(([asset, own]) => [asset, basisOf(asset, own)]));
}

function basisOf(asset: string, own: Pool): AssetBasis {
  return {
    asset,
    covered: textOf(own.covered),
    cost: textOf(own.cost),
    averageCost: signOf(own.covered) > 0 ? textOf(over(own.cost, own.covered)) : null,
    realised: textOf(own.realised),
    soldUncovered: textOf(own.soldUncovered),
    gaps: [...own.gaps].sort(),
  };
}

/** Profit of an asset that is still held, decimal texts in the currency. */
export interface OpenProfit {
  /** Worth of the part whose cost is known, minus that cost. */
  readonly unrealised: string;
  /** Cost of that part. */
  readonly cost: string;
  /** Held without a known cost: it has no profit. */
  readonly uncovered: string;
}

/** The open profit of `quantity` of an asset at a price. Where less is held than has a cost, the rest has left unseen and counts no more. */
export function openProfit(basis: AssetBasis | undefined, quantity: string, price: string): OpenProfit {
  const held = exact(quantity);
  const covered = basis ? exact(basis.covered) : ZERO;
  const part = signOf(held) > 0 ? smaller(held, covered) : ZERO;
  const cost = basis && signOf(covered) > 0 ? rounded(over(times(exact(basis.cost), part), covered), VALUE_PLACES) : ZERO;
  return { unrealised: textOf(minus(rounded(times(part, exact(price)), VALUE_PLACES), cost)), cost: textOf(cost), uncovered: textOf(minus(held, part)) };
}
