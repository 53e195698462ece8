/** Names by which headlines call a coin. Names that are everyday words (near, optimism, stellar, cosmos) are left to the ticker. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  BTC: ["bitcoin", "bitcoins", "satoshis"],
  ETH: ["ethereum", "ether"],
  SOL: ["solana"],
  XRP: ["ripple"],
  BNB: ["binance coin", "bnb chain"],
  ADA: ["cardano"],
  DOGE: ["dogecoin"],
  SHIB: ["shiba inu"],
  TRX: ["tron"],
  TON: ["toncoin"],
  AVAX: [],
  DOT: ["polkadot"],
  LINK: ["chainlink"],
  POL: ["polygon"],
  MATIC: [],
  LTC: ["litecoin"],
  BCH: ["bitcoin cash"],
  ETC: ["ethereum classic"],
  XLM: [],
  XMR: ["monero"],
  UNI: ["uniswap"],
  AAVE: ["aave"],
  ATOM: [],
  NEAR: [],
  ALGO: ["algorand"],
  FIL: ["filecoin"],
  HBAR: ["hedera"],
  ICP: [],
  APT: ["aptos"],
  ARB: ["arbitrum"],
  OP: [],
  SUI: [],
  PEPE: ["pepe"],
  HYPE: ["hyperliquid"],
  USDT: ["tether"],
  USDC: [],
};

/** Longer names first, and taken out once found: Bitcoin Cash is not Bitcoin. */
const BY_LENGTH = Object.entries(NAMES)
  .flatMap(([coin, names]) => names.map((name) => ({ coin, pattern: new RegExp(`(?<![\\p{L}\\p{N}])${name}(?![\\p{L}\\p{N}])`, "giu"), length: name.length })))
  .sort((a, b) => b.length - a.length);

const TICKER = /(?<![\p{L}\p{N}])(\$?)([A-Z][A-Z0-9]{1,9})(?![\p{L}\p{N}])/gu;

/** The coins that a title names, by name or ticker; `bases` are tickers that count besides the well-known ones. */
export function coinsIn(title: string, bases: readonly string[]): string[] {
  const found = new Set<string>();
  let rest = title;
  for (const { coin, pattern } of BY_LENGTH) {
    const without = rest.replace(pattern, " ");
    if (without !== rest) found.add(coin);
    rest = without;
  }
  // In a title that is all capitals every word looks like a ticker.
  const shouting = !/\p{Ll}/u.test(title);
  for (const [, sign, ticker = ""] of rest.matchAll(TICKER)) {
    if (shouting && sign === "" && !/^(BTC|ETH|XRP)$/.test(ticker)) continue;
    if (ticker in NAMES || bases.includes(ticker)) found.add(ticker);
  }
  return [...found].sort();
}
