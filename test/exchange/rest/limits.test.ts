import { expect, it } from "vitest";
import { createLimiter } from "../../../src/exchange/rest/limits.ts";
import { Refusal } from "../../../src/exchange/refusal.ts";

const LIMITS = { weightPerMinute: 10, ordersPerTenSeconds: 2, patience: 2, banSeconds: 90 };

function refusal(run: () => unknown): Refusal {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error("nothing was refused");
}

it("counts weight by the minute and says how long to wait when it is used up", () => {
  let now = 600_000;
  const limiter = createLimiter(LIMITS, () => now);
  expect(limiter.spend(4)["x-mbx-used-weight-1m"]).toBe("4");
  expect(limiter.spend(6)["x-mbx-used-weight-1m"]).toBe("10");
  now += 45_000;
  const over = refusal(() => limiter.spend(1));
  expect([over.status, over.code, over.headers["retry-after"]]).toEqual([429, -1003, "15"]);
  now += 15_000;
  expect(limiter.spend(1)["x-mbx-used-weight-1m"]).toBe("1");
});

it("bans who goes on asking, and lets them in again when the ban is over", () => {
  let now = 600_000;
  const limiter = createLimiter(LIMITS, () => now);
  const statuses = [11, 1, 1].map((weight) => refusal(() => limiter.spend(weight)).status);
  expect(statuses).toEqual([429, 429, 418]);
  now += 89_000;
  expect(refusal(() => limiter.spend(1)).headers["retry-after"]).toBe("1");
  now += 1_000;
  expect(limiter.spend(1)["x-mbx-used-weight-1m"]).toBe("1");
});

it("counts the new orders of each account in windows of ten seconds", () => {
  let now = 600_000;
  const limiter = createLimiter(LIMITS, () => now);
  limiter.order(0);
  expect(limiter.order(0)).toEqual({ "x-mbx-order-count-10s": "2" });
  expect(refusal(() => limiter.order(0)).code).toBe(-1015);
  expect(limiter.order(1)).toEqual({ "x-mbx-order-count-10s": "1" });
  now += 10_000;
  expect(limiter.order(0)).toEqual({ "x-mbx-order-count-10s": "1" });
});
