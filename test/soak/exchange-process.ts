/** The exchange of a soak, in a process of its own, so that the memory that is measured is the bot's and not the market's. */
import { z } from "zod";
import { createRandom } from "../../src/core/random.ts";
import type { Exchange } from "../../src/exchange/server.ts";
import { sins, truthOf } from "../torture/truth.ts";
import { openSoakExchange } from "./market.ts";
import { misbehave } from "./weather.ts";

const messageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("open"), symbols: z.array(z.string()), hours: z.number(), seed: z.number() }),
  z.strictObject({ type: z.literal("misbehave") }),
  z.strictObject({ type: z.literal("advance"), to: z.number() }),
  z.strictObject({ type: z.literal("clear-up") }),
  z.strictObject({ type: z.literal("truth") }),
  z.strictObject({ type: z.literal("sins") }),
  z.strictObject({ type: z.literal("close") }),
]);

let exchange: Exchange | null = null;
let random = createRandom(0);

async function answer(message: z.infer<typeof messageSchema>): Promise<unknown> {
  if (message.type === "open") {
    random = createRandom(message.seed);
    exchange = await openSoakExchange(message);
    return { url: exchange.url, wsUrl: exchange.wsUrl, now: exchange.engine.now };
  }
  if (exchange === null) throw new Error("the exchange is not open");
  switch (message.type) {
    case "misbehave":
      return misbehave(exchange, random);
    case "advance":
      return exchange.engine.advance(message.to, true);
    case "clear-up":
      exchange.faults.clear();
      exchange.act({ action: "resume" });
      return null;
    case "truth":
      return truthOf(exchange);
    case "sins":
      return sins(exchange);
    case "close":
      return exchange.close();
  }
}

process.on("message", (raw) => {
  const message = messageSchema.parse(raw);
  void answer(message).then((value) => {
    process.send?.({ value: value ?? null });
    if (message.type === "close") process.disconnect();
  });
});
process.on("disconnect", () => process.exit(0));
