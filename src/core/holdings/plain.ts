import { z } from "zod";

/** How amounts and times of a portfolio stand in JSON: amounts are exact, and therefore texts. */
export const time = z.int().describe("epoch milliseconds, UTC");
export const money = z.string().describe("decimal text, in the portfolio's currency");
export const units = z.string().describe("decimal text, units of the asset");
