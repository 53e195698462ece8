import type { Exchange } from "ccxt";
import { z } from "zod";
import { type PublicAccess, PublicClient, SWAP_MARKETS } from "./public-client.ts";

const swapSchema = z.object({ swap: z.literal(true) });

/** The public swap markets of one exchange. */
export class SwapClient extends PublicClient {
  constructor(access: PublicAccess) {
    super(access, SWAP_MARKETS);
  }
}

/** The swap market that stands for a spot market: settled in its quote, else in USDT; `null` when there is none. */
export function swapOf(client: Exchange, symbol: string): string | null {
  const [base = "", quote = ""] = symbol.split(":")[0]?.split("/") ?? [];
  return [`${base}/${quote}:${quote}`, `${base}/USDT:USDT`].find((one) => swapSchema.safeParse(client.markets?.[one]).success) ?? null;
}
