import { json, type LocalServer, type Reply } from "./local-server.ts";

/** Kraken's answers as its REST documentation shows them, for BTC/USDT; `result` goes out without errors. */
export function result(value: unknown): Reply {
  return json({ error: [], result: value });
}

/** Kraken's error answers have status 200. */
export function refused(error: string): Reply {
  return json({ error: [error] });
}

export const MARKETS = {
  XBTUSDT: {
    altname: "XBTUSDT",
    wsname: "XBT/USDT",
    aclass_base: "currency",
    base: "XXBT",
    aclass_quote: "currency",
    quote: "USDT",
    lot: "unit",
    cost_decimals: 5,
    pair_decimals: 1,
    lot_decimals: 8,
    lot_multiplier: 1,
    leverage_buy: [],
    leverage_sell: [],
    fees: [[0, 0.4]],
    fees_maker: [[0, 0.25]],
    fee_volume_currency: "ZUSD",
    margin_call: 80,
    margin_stop: 40,
    ordermin: "0.00005",
    costmin: "0.5",
    tick_size: "0.1",
    status: "online",
  },
};

/** An order of OpenOrders or ClosedOrders. */
export function order(clientOrderId: string, change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    refid: null,
    userref: null,
    cl_ord_id: clientOrderId,
    status: "open",
    opentm: 1_733_815_269.370054,
    starttm: 0,
    expiretm: 0,
    descr: { pair: "XBTUSDT", type: "buy", ordertype: "limit", price: "60000.1", price2: "0", leverage: "none", order: "buy 0.00123000 XBTUSDT @ limit 60000.1", close: "" },
    vol: "0.00123000",
    vol_exec: "0.00000000",
    cost: "0.00000",
    fee: "0.00000",
    price: "0.00000",
    stopprice: "0.00000",
    limitprice: "0.00000",
    misc: "",
    oflags: "fciq,post",
    ...change,
  };
}

/** A trade of TradesHistory. */
export function trade(time: number, change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    ordertxid: "OQCLML-BW3P3-BUCMWZ",
    postxid: "TKH2SE-M7IF5-CFI7LT",
    pair: "XBTUSDT",
    time,
    type: "buy",
    ordertype: "limit",
    price: "60000.10000",
    cost: "73.80012",
    fee: "0.18450",
    vol: "0.00123000",
    margin: "0.00000",
    leverage: "0",
    misc: "",
    trade_id: 40_274_859,
    maker: true,
    ...change,
  };
}

/** What a Kraken needs before anything else. */
export function furnish(server: LocalServer): void {
  server.on("GET /0/public/AssetPairs", result(MARKETS)).on("GET /0/public/Time", result({ unixtime: 1_700_000_000, rfc1123: "" }));
}
