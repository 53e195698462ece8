import { type Funds, type Move, NEAR, type RebalanceRules, meanDistance, quantityOf, takenOf, wholeSteps } from "./moves.ts";

/** A move with the base that is traded. */
interface Sized {
  readonly move: Move;
  readonly quantity: number;
}

/**
 * Sells and buys such that every buy is paid for: what the sells that are wanted anyway do not bring is sold of those that
 * are sold from already, down to their targets, then of what lies over its target inside its band, the most overweight
 * first. What is missing even then makes the buys smaller.
 */
export function funded(sells: readonly Move[], buys: readonly Move[], inside: readonly Move[], funds: Funds, rules: RebalanceRules): Sized[] {
  const bought = buys.map((move): Sized => ({ move, quantity: quantityOf(move, rules) })).sort(farthest);
  let sold = sells.map((move): Sized => ({ move, quantity: quantityOf(move, rules) }));
  const missing = costOf(bought, rules) - fundsAfter(sold, funds);
  if (missing > 0) sold = withMore(sold, inside, missing, bought, funds, rules);
  return [...sold.sort(farthest), ...affordable(bought, fundsAfter(sold, funds), rules)];
}

const farthest = (a: Sized, b: Sized): number => b.move.distance - a.move.distance;

/** Quote that buys set aside, fees and margin included. */
function costOf(buys: readonly Sized[], { margin }: RebalanceRules): number {
  const { worth, fee, beyond } = sumOf(buys);
  return (worth * (1 + fee) + beyond) * (1 + margin);
}

/** Quote that may be spent once the sells are done. */
function fundsAfter(sells: readonly Sized[], { cash, room }: Funds): number {
  const { worth, fee, beyond } = sumOf(sells);
  return Math.max(0, Math.min(cash + (worth * (1 - fee) - beyond), room + worth));
}

/** Worth of trades, quote, the fee rate of the first, and the quote by which the fees of all are beyond that rate: nothing where all pay the same. */
function sumOf(trades: readonly Sized[]): { readonly worth: number; readonly fee: number; readonly beyond: number } {
  const fee = trades[0]?.move.holding.fee ?? 0;
  let worth = 0;
  let beyond = 0;
  for (const { move: { holding }, quantity } of trades) {
    worth += quantity * holding.price;
    beyond += quantity * holding.price * (holding.fee - fee);
  }
  return { worth, fee, beyond };
}

function withMore(sold: readonly Sized[], inside: readonly Move[], missing: number, buys: readonly Sized[], funds: Funds, rules: RebalanceRules): Sized[] {
  const result: Sized[] = [];
  // What has to be sold is counted as if all paid the fee of the first; `share` is how much that is of one that pays another.
  const common = [...sold.map(({ move }) => move), ...inside][0]?.holding.fee ?? 0;
  const shareOf = ({ holding }: Move): number => (1 - common) / (1 - holding.fee);
  let left = missing / (1 - common);
  for (const { move, quantity } of [...sold].sort(farthest)) {
    const share = shareOf(move);
    const worth = quantity * move.holding.price;
    const more = atMost(move, worth + left * share);
    const taken = Math.max(quantity, more);
    left -= ((taken - quantity) * move.holding.price) / share;
    result.push({ move, quantity: taken });
  }
  // A sell that only pays for a buy has to be worth both fees together with it.
  const gain = Math.min(Number.POSITIVE_INFINITY, ...buys.map(({ move, quantity }) => meanDistance(move, quantity)));
  const dearest = Math.max(0, ...buys.map(({ move }) => move.holding.fee));
  for (const move of [...inside].sort((a, b) => b.distance - a.distance)) {
    if (left <= 0) break;
    if (!(move.holding.most() > 0)) continue;
    const { filters, price, fee } = move.holding;
    const share = shareOf(move);
    const least = Math.max(left * share, rules.minOrder, filters.minNotional, filters.minQuantity * price);
    const quantity = takenOf(move.holding, atMost(move, least), rules);
    if (quantity === 0 || meanDistance(move, quantity) + gain <= (fee + dearest) * funds.equity) continue;
    left -= (quantity * price) / share;
    result.push({ move, quantity });
  }
  return result;
}

/** Base worth so much or a step more, never past the target or beyond what is held. */
function atMost({ holding, distance }: Move, worth: number): number {
  const { price, held, filters } = holding;
  const step = filters.quantityStep;
  const wanted = Math.ceil(worth / price / step - NEAR) * step;
  return Math.min(wanted, wholeSteps(distance / price, step), wholeSteps(held, step));
}

/** All the buys, smaller in the same proportion when there is not enough; one that becomes too small leaves its part to the others. */
function affordable(buys: readonly Sized[], available: number, rules: RebalanceRules): Sized[] {
  let kept = [...buys];
  while (kept.length > 0) {
    const cost = costOf(kept, rules);
    if (cost <= available) return kept;
    const smaller = kept.map(({ move, quantity }): Sized => {
      const { filters } = move.holding;
      return { move, quantity: takenOf(move.holding, wholeSteps((quantity * available) / cost, filters.quantityStep), rules) };
    });
    if (smaller.every(({ quantity }) => quantity > 0) && costOf(smaller, rules) <= available) return smaller;
    kept = without(kept, smaller);
  }
  return [];
}

/** Drops the smallest of those that have become too small; the float error of a whole step is no reason to drop more. */
function without(kept: readonly Sized[], smaller: readonly Sized[]): Sized[] {
  let smallest = -1;
  kept.forEach(({ move }, i) => {
    if (smaller[i]?.quantity !== 0 && smaller.some(({ quantity }) => quantity === 0)) return;
    if (smallest < 0 || move.distance < (kept[smallest] as Sized).move.distance) smallest = i;
  });
  return kept.filter((_, i) => i !== smallest);
}
