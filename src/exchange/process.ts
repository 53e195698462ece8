import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { UserError } from "../core/user-error.ts";
import { createEngine } from "./engine/engine.ts";
import { sandboxPlan } from "./sandbox.ts";
import { startExchange, type Exchange } from "./server.ts";

const amounts = z.string().transform((text, context) => {
  const pairs = text.split(",").map((pair) => pair.split("="));
  if (pairs.every(([name, amount, more]) => name !== undefined && /^\d+(\.\d+)?$/.test(amount ?? "") && more === undefined)) {
    return Object.fromEntries(pairs.map(([name = "", amount = ""]) => [name, amount]));
  }
  context.issues.push({ code: "custom", message: "must be a list such as BTC/USDT=40000,ETH/USDT=2500", input: text });
  return z.NEVER;
});

const flags = z.object({
  port: z.coerce.number().int().min(0).max(65_535),
  speed: z.coerce.number().min(0),
  days: z.coerce.number().positive().max(3_650),
  seed: z.coerce.number().int(),
  start: z.iso.date(),
  markets: amounts,
  balances: amounts,
  key: z.string().min(1),
  secret: z.string().min(1),
  book: z.enum(["thin", "deep"]),
});

const OPTIONS = {
  port: { type: "string", default: "9878" },
  speed: { type: "string", default: "60" },
  days: { type: "string", default: "30" },
  seed: { type: "string", default: "1" },
  start: { type: "string", default: "2024-01-01" },
  markets: { type: "string", default: "BTC/USDT=40000,ETH/USDT=2500" },
  balances: { type: "string", default: "USDT=10000" },
  key: { type: "string", default: "sandbox-key" },
  secret: { type: "string", default: "sandbox-secret" },
  book: { type: "string", default: "thin" },
} as const;

/** Opens a sandbox exchange from command-line flags. */
export async function openSandbox(args: readonly string[]): Promise<Exchange> {
  const parsed = flags.safeParse(readFlags(args));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `--${issue.path.join(".")}: ${issue.message}`);
    throw new UserError(`The exchange cannot be opened:\n${problems.join("\n")}`, problems);
  }
  const { port, speed, days, seed, start, markets, balances, key, secret, book } = parsed.data;
  const plan = sandboxPlan({
    prices: Object.fromEntries(Object.entries(markets).map(([symbol, price]) => [symbol, Number(price)])),
    days,
    seed,
    start: Date.parse(start),
    apiKey: key,
    secret,
    balances,
  });
  return startExchange({ engine: createEngine(plan, { book }), port, speed });
}

function readFlags(args: readonly string[]): unknown {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

async function main(): Promise<void> {
  const exchange = await openSandbox(process.argv.slice(2));
  // One line that whoever started the process can read: where the doors are.
  process.stdout.write(`${JSON.stringify({ url: exchange.url, wsUrl: exchange.wsUrl, port: exchange.port, now: exchange.engine.now })}\n`);
  const close = (): void => {
    void exchange.close().then(() => process.exit(0));
  };
  process.once("SIGINT", close);
  process.once("SIGTERM", close);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  });
}
