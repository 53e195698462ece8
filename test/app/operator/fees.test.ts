import { expect, it } from "vitest";
import { runBacktest } from "../../../src/app/backtest/run.ts";
import { orderPreview } from "../../../src/app/operator/order-preview.ts";
import { flattenPreview } from "../../../src/app/operator/preview.ts";
import { plan } from "../../plan.ts";
import { hours, market } from "../backtest/many-markets.ts";

const TAKER: Readonly<Record<string, number>> = { "A/USD": 0.001, "B/USD": 0.02 };
const series = hours(Array.from({ length: 60 }, (_, i) => 100 - (i % 7)));
const { bot } = runBacktest(
  plan({
    markets: [market("A/USD", series), market("B/USD", series)],
    strategies: { grid: { levels: 8, width: 0.2, initialPurchase: true }, manual: {} },
    fees: { maker: 0, taker: 0.001, of: { "B/USD": { maker: 0.01, taker: 0.02 } } },
  }),
);

it("shows what selling everything costs by the fee of each symbol", () => {
  const { sells, fee } = flattenPreview(bot, [], () => 100);
  expect(sells.map(({ symbol }) => symbol)).toEqual(["A/USD", "B/USD"]);
  for (const one of sells) expect(one.fee).toBeCloseTo(one.worth * TAKER[one.symbol]!, 8);
  expect(fee).toBeCloseTo(sells[0]!.worth * 0.001 + sells[1]!.worth * 0.02, 8);
});

it.each([["A/USD", 0.1, 0], ["B/USD", 2, 0.9]])("shows what an order of %s by hand costs", (symbol, taker, maker) => {
  const order = (limit?: number) => orderPreview({ bot, draft: { symbol, side: "buy", quantity: 1, ...(limit === undefined ? {} : { limit }) }, time: 0, last: 100 });
  expect(order().fee).toBeCloseTo(taker, 8);
  expect(order(90).fee).toBeCloseTo(maker, 8);
});
