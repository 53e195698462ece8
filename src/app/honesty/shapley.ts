/**
 * The Shapley value of each of `count` players (Shapley, 1953) from the worth of every coalition, where bit i of an
 * index says that player i is in it: each player's mean addition over all orders in which they could have joined.
 * The values add up to the worth of all less the worth of none.
 */
export function shapleyValues(worth: readonly number[], count: number): number[] {
  if (worth.length !== 2 ** count) throw new RangeError(`${count} players have ${2 ** count} coalitions, not ${worth.length}`);
  const shares = weights(count);
  return Array.from({ length: count }, (_, player) => {
    const own = 1 << player;
    let value = 0;
    for (let others = 0; others < worth.length; others++) {
      if ((others & own) !== 0) continue;
      value += (shares[members(others)] as number) * ((worth[others | own] as number) - (worth[others] as number));
    }
    return value;
  });
}

/** Share of the orders in which exactly so many others came before a player: s! (n - s - 1)! / n!. */
function weights(count: number): number[] {
  const shares: number[] = [];
  let share = 1 / Math.max(1, count);
  for (let before = 0; before < count; before++) {
    shares.push(share);
    share *= (before + 1) / Math.max(1, count - before - 1);
  }
  return shares;
}

function members(coalition: number): number {
  let found = 0;
  for (let rest = coalition; rest > 0; rest >>= 1) found += rest & 1;
  return found;
}
