type Row = Readonly<Record<string, unknown>>;

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function rowsOf(body: unknown): readonly Row[] | null {
  return Array.isArray(body) && body.length > 0 && body.every(isRow) ? body : null;
}

/** A list of trades in which each is there twice; `null` when there is none. */
export function repeated(body: unknown): unknown {
  return rowsOf(body)?.flatMap((row) => [row, row]) ?? null;
}

/** A list of trades that do not say what they cost; `null` when there is none. */
export function withoutFees(body: unknown): unknown {
  return rowsOf(body)?.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith("commission")))) ?? null;
}

/** An order that is called canceled, whatever it is. */
export function calledCanceled(body: unknown): unknown {
  return isRow(body) ? { ...body, status: "CANCELED" } : null;
}

/** Names under which REST and the streams show a price. */
const PRICES = new Set([
  "price", "lastPrice", "bidPrice", "askPrice", "openPrice", "highPrice", "lowPrice", "prevClosePrice", "weightedAvgPrice",
  "o", "h", "l", "c", "a", "b", "p", "w", "x",
]);
/** Open, high, low and close of a row of klines. */
const KLINE_PRICES = new Set([1, 2, 3, 4]);

/** Market data in which every price is another one. */
export function mispriced(path: string, body: unknown, price: string): unknown {
  if (Array.isArray(body)) {
    return path.endsWith("/klines") ? body.map((row: unknown) => mispricedKline(row, price)) : body.map((row: unknown) => mispriced(path, row, price));
  }
  if (!isRow(body)) return body;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, mispricedField(name, value, price)]));
}

function mispricedField(name: string, value: unknown, price: string): unknown {
  if ((name === "bids" || name === "asks") && Array.isArray(value)) {
    return value.map((level: unknown) => (Array.isArray(level) ? [price, ...(level as unknown[]).slice(1)] : level));
  }
  if (name === "k") return mispriced("", value, price);
  return PRICES.has(name) && typeof value === "string" ? price : value;
}

function mispricedKline(row: unknown, price: string): unknown {
  return Array.isArray(row) ? row.map((value: unknown, index) => (KLINE_PRICES.has(index) ? price : value)) : row;
}

const CROSSES: readonly (readonly [string, string])[] = [["bidPrice", "askPrice"], ["bids", "asks"], ["b", "a"]];

/** A book with bids above asks; `null` when there is no book in it. */
export function crossed(body: unknown): unknown {
  if (Array.isArray(body)) {
    const rows = body.map(crossed);
    return rows.some((row) => row !== null) ? rows : null;
  }
  if (!isRow(body)) return null;
  const pair = CROSSES.find(([bid, ask]) => bid in body && ask in body);
  return pair ? { ...body, [pair[0]]: body[pair[1]], [pair[1]]: body[pair[0]] } : null;
}

/** Right JSON of a shape that nobody expects here. */
export function strange(body: unknown): unknown {
  return Array.isArray(body) ? { rows: "none", next: [null, { deep: [] }] } : [1, "two", null, { three: { four: [] } }];
}
