/** What markets are quoted in, the longer names before those that they end with. */
const QUOTES = [
  "FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USDP", "EURC", "EURI", "BIDR", "IDRT", "BVND", "DOGE", "ZEUR", "ZUSD", "ZGBP", "ZCAD", "ZJPY", "ZAUD", "ZCHF", "XXBT", "XETH",
  "DAI", "EUR", "USD", "GBP", "TRY", "BRL", "AUD", "CAD", "JPY", "CHF", "RUB", "UAH", "NGN", "ZAR", "PLN", "RON", "ARS", "MXN", "CZK", "COP", "IDR",
  "XBT", "BTC", "ETH", "BNB", "SOL", "XRP", "TRX", "DOT",
];

/** Base and quote of a pair such as BTC/EUR, BTCEUR or XXBTZEUR; null when it cannot be told. */
export function pairOf(pair: string, name: (code: string) => string = (code) => code): readonly [string, string] | null {
  const parted = /^([^/_-]+)[/_-]([^/_-]+)$/.exec(pair);
  if (parted) return [name(parted[1] ?? ""), name(parted[2] ?? "")];
  const quote = QUOTES.find((one) => pair.endsWith(one) && pair.length > one.length + 1);
  return quote === undefined ? null : [name(pair.slice(0, -quote.length)), name(quote)];
}
