import type { Exchange } from "ccxt";
import { z } from "zod";
import { addDecimals } from "../../../core/decimal.ts";
import type { AccountEvidence } from "../../../core/keys/rotation-evidence.ts";
import type { KeyProbe } from "../../../ports/key-switch.ts";
import type { Answer, KeyPermissions, VenueOrder } from "../../../ports/venue.ts";
import { balancesShape, PERMISSION_SHAPES } from "./account.ts";
import type { Caller } from "./call.ts";
import { ordersShape } from "./order.ts";
import { type Quirks, QUIRKS, type VenueName } from "./quirks.ts";

/** What is asked about, and by whom. */
export interface ProbeParts {
  readonly client: Exchange;
  readonly caller: Caller;
  readonly exchange: VenueName;
  /** Of which open orders are compared; the first is the one of the order that is tested. */
  readonly symbols: readonly string[];
}

const number = z.union([z.number().int(), z.string().regex(/^\d{1,30}$/)]).transform(String);
/** Where the exchanges say which account answers: Binance beside the balances, Bybit and OKX beside what the key may do. */
const UIDS: readonly z.ZodType<string>[] = [
  z.object({ info: z.object({ uid: number }) }).transform(({ info }) => info.uid),
  z.object({ result: z.object({ userID: number }) }).transform(({ result }) => result.userID),
  z.object({ data: z.tuple([z.object({ uid: number })], z.unknown()) }).transform(({ data }) => data[0].uid),
];

/** The account's number in an answer of an exchange; `null` when it holds none. */
export function uidOf(answer: unknown): string | null {
  for (const shape of UIDS) {
    const parsed = shape.safeParse(answer);
    if (parsed.success) return parsed.data;
  }
  return null;
}

/** What the key of a client may do; the client is asked for at each try, because its key may have been changed between two. */
export function readPermissions(client: () => Exchange, caller: Pick<Caller, "call">, exchange: VenueName, heard: (answer: unknown) => void = () => undefined): Promise<Answer<KeyPermissions>> {
  const { path, api, method } = QUIRKS[exchange].permissions;
  const run = async (): Promise<unknown> => {
    const answer: unknown = await client().request(path, api, method, {});
    heard(answer);
    return answer;
  };
  return caller.call({ effect: "read", shape: PERMISSION_SHAPES[exchange], run });
}

/** Asks an exchange everything that is told of a key before it is used. One call after the other: none of them is urgent. */
export async function probeKey(parts: ProbeParts): Promise<KeyProbe> {
  const { client, caller, exchange, symbols } = parts;
  let uid: string | null = null;
  const heard = (answer: unknown): void => {
    uid = uidOf(answer) ?? uid;
  };
  const permissions = await readPermissions(() => client, caller, exchange, heard);
  const account = await readAccount(parts, QUIRKS[exchange], heard, () => uid);
  return { permissions, account, testOrder: account.ok ? await testOrder(client, caller, exchange, symbols[0]) : null };
}

/** What tells of the account of a client's key. */
export async function probeAccount(parts: ProbeParts): Promise<Answer<AccountEvidence>> {
  let uid: string | null = null;
  const heard = (answer: unknown): void => {
    uid = uidOf(answer) ?? uid;
  };
  // Some exchanges name the account there and nowhere else.
  if (parts.exchange !== "binance") await readPermissions(() => parts.client, parts.caller, parts.exchange, heard);
  return readAccount(parts, QUIRKS[parts.exchange], heard, () => uid);
}

async function readAccount({ client, caller, symbols }: ProbeParts, quirks: Quirks, heard: (answer: unknown) => void, uid: () => string | null): Promise<Answer<AccountEvidence>> {
  const loaded = await caller.call({ effect: "read", shape: z.unknown(), run: () => client.loadMarkets() });
  if (!loaded.ok) return loaded;
  const balances = await caller.call({
    effect: "read",
    shape: balancesShape,
    form: quirks.forms.balances,
    run: async () => {
      const answer: unknown = await client.fetchBalance();
      heard(answer);
      return answer;
    },
  });
  if (!balances.ok) return balances;
  const openOrders = new Set<string>();
  for (const symbol of symbols) {
    const open: Answer<readonly VenueOrder[]> = await caller.call({ effect: "read", shape: ordersShape, form: quirks.forms.list, run: () => client.fetchOpenOrders(symbol) });
    if (!open.ok) return open;
    for (const { venueOrderId, status } of open.value) if (status === "open") openOrders.add(`${symbol} ${venueOrderId}`);
  }
  const held = [...balances.value].filter(([, { total }]) => !/^-?[0.]*$/.test(total)).map(([asset, { total }]): [string, string] => [asset, total]);
  return { ok: true, value: { uid: uid(), balances: new Map(held), openOrders } };
}

/** Binance checks an order that it does not place; the others have nothing like it on their spot markets. */
async function testOrder(client: Exchange, caller: Caller, exchange: VenueName, symbol: string | undefined): Promise<Answer<"accepted"> | null> {
  if (exchange !== "binance" || symbol === undefined) return null;
  const market = client.market(symbol);
  // Twice the least: the price may move before it is looked at.
  const least = z.union([z.string(), z.number()]).transform(String).catch("10").parse(market.limits.cost?.min);
  const worth = addDecimals(least, least);
  const order = { symbol: market.id, side: "BUY", type: "MARKET", quoteOrderQty: worth };
  const answer = await caller.call({ effect: "submit", shape: z.unknown(), run: () => client.request("order/test", "private", "POST", order) });
  if (answer.ok) return { ok: true, value: "accepted" };
  // Money is looked at after the key: that there is too little says that the key may.
  if (answer.failure.kind === "rejected" && answer.failure.reason === "insufficient-funds") return { ok: true, value: "accepted" };
  return answer;
}
