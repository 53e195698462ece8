import fc from "fast-check";
import { expect, it } from "vitest";
import type { DesiredOrder } from "../../src/core/order.ts";
import { type Cell, buying, idle, orderChanges, placeOf, selling } from "../../strategies/grid/cells.ts";

const cell = (n: number): Cell => ({ id: `g1c${n}`, lower: n, upper: n + 1, quantity: 1, phase: "idle", turn: 0, order: null });
const ordersOf = (cells: readonly Cell[]): DesiredOrder[] => cells.flatMap(({ order }) => order ?? []);

const turned = (one: Cell, how: number): Cell => (how === 0 ? buying(one, false) : how === 1 ? selling(one, 1, false) : how === 2 ? idle(one) : one);

it("tells exactly the orders that went and came when cells turn and leave", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 9 })), { maxLength: 12 }), (rows) => {
      const before = rows.map(([first], n) => turned(cell(n), first));
      // A turn, a cell that is let go, and mostly nothing.
      const now = before.flatMap((one, n) => (rows[n]![1] === 9 ? [] : [turned(one, rows[n]![1])]));
      const changes = orderChanges(before, now);
      const [was, is] = [ordersOf(before), ordersOf(now)];
      expect(changes?.gone).toEqual(was.filter((order) => !is.includes(order)));
      expect(changes?.came).toEqual(is.filter((order) => !was.includes(order)));
    }),
    { numRuns: 1_000 },
  );
});

it("leaves it to the engine to compare all when a cell has come", () => {
  expect(orderChanges([cell(1)], [cell(0), cell(1)])).toBe(null);
  expect(orderChanges([cell(1), cell(2)], [cell(2), cell(3)])).toBe(null);
});

it("finds a cell by the key of its order, wherever it looks first", () => {
  const cells = [buying(cell(0), false), cell(1), selling(cell(2), 1, false), buying(cell(3), false)];
  for (const near of [0, 1, 2, 3, 4, 9]) {
    expect(cells.map(({ order }) => (order ? placeOf(cells, order.key, near) : -1))).toEqual([0, -1, 2, 3]);
    expect(placeOf(cells, "g1c2/7", near)).toBe(-1);
  }
});
