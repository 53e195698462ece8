/** A grid as it is asked for: bounds in ticks, `cells` cells, `steps` quantity steps a cell. */
export interface GridWish {
  readonly lower: number;
  readonly upper: number;
  readonly cells: number;
  readonly spacing: "arithmetic" | "geometric";
  readonly steps: number;
}

/** How a price in ticks compares with level `i` of the grid, in whole numbers: negative when it is lower. */
export function compare(grid: GridWish, price: number, i: number): number {
  const { lower, upper, cells } = grid;
  if (grid.spacing === "arithmetic") return price * cells - (lower * (cells - i) + upper * i);
  // level^cells = lower^(cells - i) * upper^i
  const difference = BigInt(price) ** BigInt(cells) - BigInt(lower) ** BigInt(cells - i) * BigInt(upper) ** BigInt(i);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The highest whole tick at or under level `i`: where a cell buys. */
export function floorOf(grid: GridWish, i: number): number {
  let price = grid.upper;
  while (compare(grid, price, i) > 0) price -= 1;
  return price;
}

/** The lowest whole tick at or over level `i`: where a cell sells. */
export function ceilOf(grid: GridWish, i: number): number {
  let price = grid.lower;
  while (compare(grid, price, i) < 0) price += 1;
  return price;
}
