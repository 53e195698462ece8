/** Names that people use for a coin, by its ticker. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  BTC: ["bitcoin", "bitcoins", "xbt", "btcs"],
  ETH: ["ethereum", "ether", "eths"],
  SOL: ["solana"],
  XRP: ["ripple"],
  ADA: ["cardano"],
  DOGE: ["dogecoin", "dogecoins"],
  LTC: ["litecoin"],
  DOT: ["polkadot"],
  LINK: ["chainlink"],
  AVAX: ["avalanche"],
  BNB: ["binance coin"],
  TRX: ["tron"],
  TON: ["toncoin"],
  SHIB: ["shiba inu", "shiba"],
  POL: ["polygon"],
  MATIC: ["polygon"],
  UNI: ["uniswap"],
  ATOM: ["cosmos"],
  XLM: ["stellar", "lumens"],
  XMR: ["monero"],
  BCH: ["bitcoin cash"],
  NEAR: ["near protocol"],
  AAVE: [],
  PEPE: [],
  SUI: [],
  APT: ["aptos"],
  ARB: ["arbitrum"],
  FIL: ["filecoin"],
};

/** Words of everyday language that are tickers too: they name a coin only where it is traded. */
const EVERYDAY = new Set(["LINK", "DOT", "NEAR", "UNI", "ATOM", "POL", "TON", "APT", "SOL", "FIL", "ADA", "ARB", "SUI"]);

/** Tickers that a sentence needs for itself: such a symbol is named in full. */
const GRAMMAR = new Set(["ONE", "ALL", "FOR", "AND", "NOT", "IF", "WHEN", "OF", "AT", "TO", "IN", "BUY", "SELL", "NOW", "JUST", "HIGH", "LOW", "MOVE", "MORE", "LESS", "STOP", "HALF", "MY", "IT", "IS", "BE", "WHY", "HOW", "BID", "LONG", "ORDER", "TEN", "SIX", "TWO", "UP", "DOWN", "ABOVE", "BELOW", "TIME", "OPEN", "ME", "A", "THE", "K", "M"]);

/** How the symbols of a bot, and coins that it does not trade, are named: lower case, to the symbol or to null. Longest first. */
export function coinNames(symbols: readonly string[]): readonly (readonly [string, string | null])[] {
  const names = new Map<string, string | null>();
  for (const [ticker, others] of Object.entries(NAMES)) {
    for (const name of [...others, ...(EVERYDAY.has(ticker) ? [] : [ticker.toLowerCase()])]) names.set(name, null);
  }
  // The first symbol of a base is meant by its base alone, as in every command.
  for (const symbol of symbols.toReversed()) {
    const [base = symbol, rest = ""] = symbol.split("/");
    const quote = rest.split(":")[0] ?? "";
    for (const name of [...(GRAMMAR.has(base.toUpperCase()) ? [] : [base]), ...(NAMES[base.toUpperCase()] ?? [])]) names.set(name.toLowerCase(), symbol);
    if (quote !== "") for (const between of ["", "/", "-", "_"]) names.set(`${base}${between}${quote}`.toLowerCase(), symbol);
    names.set(symbol.toLowerCase(), symbol);
  }
  return [...names].toSorted(([a], [b]) => b.length - a.length);
}

const DOLLARS = ["usdt", "usdc", "usd", "busd", "fdusd", "tusd", "dai"];
const MONEY: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["dollars", "dollar", "bucks", "buck", "usd", "us dollars", "u.s. dollars", "$", "tether", "quid dollars"], DOLLARS],
  [["euros", "euro", "eur", "€"], ["eur", "eurc"]],
  [["pounds", "pound", "gbp", "quid", "£"], ["gbp"]],
  [["yen", "jpy", "¥"], ["jpy"]],
  [["francs", "chf"], ["chf"]],
];

/** Words for money, lower case, longest first: whether they mean the currency that a bot counts in. */
export function moneyWords(quote: string): readonly (readonly [string, boolean])[] {
  const own = quote.toLowerCase();
  const words = new Map<string, boolean>();
  for (const stable of DOLLARS) words.set(stable, false);
  for (const [names, quotes] of MONEY) for (const name of names) words.set(name, quotes.includes(own));
  words.set(own, true);
  return [...words].toSorted(([a], [b]) => b.length - a.length);
}
