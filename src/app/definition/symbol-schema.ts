import { z } from "zod";

/** A symbol that can be traded: a coin and what it is quoted in. */
export const symbolSchema = z.string().regex(/^[A-Z0-9]+\/[A-Z0-9]+$/i, "must be a symbol such as BTC/USDT");
