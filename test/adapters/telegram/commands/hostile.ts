import type { Operator } from "../../../../src/ports/operator.ts";

/** The same views with another text wherever a person, a venue or an agent could have put one. */
export function withText(operator: Operator, text: string): Operator {
  const kept = new Set(["hold", "stance", "side", "kind", "mode", "onStop"]);
  const symbol = `${text}/USDT`;
  const swap = (value: unknown, key = ""): unknown => {
    if (typeof value === "string") return kept.has(key) ? value : key === "symbol" ? symbol : text;
    if (Array.isArray(value)) return value.map((one) => swap(one, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, swap(inner, name)]));
  };
  const real = operator.symbols[0]!;
  const view = <T>(value: T): T => swap(value) as T;
  return {
    ...operator,
    symbols: [symbol],
    status: () => view(operator.status()),
    balances: () => view(operator.balances()),
    portfolio: () => view(operator.portfolio()),
    profit: (from, to) => view(operator.profit(from, to)),
    trades: (page, size) => view(operator.trades(page, size)),
    closed: (from, to) => view(operator.closed(from, to)),
    receipt: (from) => view(operator.receipt(from)),
    orders: (page, size) => view(operator.orders(page, size)),
    grids: () => view(operator.grids()).map((grid) => ({ ...grid, warnings: [text, text] })),
    dcas: () => view(operator.dcas()).map((deal) => ({ ...deal, warnings: [text] })),
    votes: () => view(operator.votes(real)),
    why: () => view(operator.why(real)),
    levels: () => view(operator.levels(real)),
    bars: (_symbol, count) => view(operator.bars(real, count)),
    extremes: (_symbol, since) => operator.extremes(real, since),
    signals: () => view(operator.signals()),
    risk: () => ({ ...view(operator.risk()), tripped: [text, text], profiles: operator.risk().profiles }),
    config: () => text,
    health: () => ({ ...view(operator.health()), failure: text, troubles: [text, text, text] }),
    version: () => ({ version: text, node: text }),
    log: (page, size) => view(operator.log(page, size)),
    previewFlatten: () => view(operator.previewFlatten()),
    previewCancel: () => view(operator.previewCancel()),
    previewOrder: (draft) => ({ ...view(operator.previewOrder({ ...draft, symbol: real })), refusals: [text, text] }),
    previewParams: (strategy, _symbol, params) => ({ ...view(operator.previewParams(strategy, real, params)), changes: [{ name: text, from: text, to: 1 }], warnings: [text], refusals: [] }),
    previewProfile: (name) => ({ ...view(operator.previewProfile(name)), changes: [{ name: text, from: text, to: text }], effects: [text], refusals: [] }),
    instructions: () => [{ id: 1, symbol, base: text, quote: text, side: "buy", quantity: null, worth: 50, limit: null, when: { below: 1 }, given: 0, lapses: 0, state: "waiting", filled: 0 }],
    previewResume: () => ({ ...view(operator.previewResume()), hold: "flatten", troubles: [text], rearms: [text] }),
  };
}
