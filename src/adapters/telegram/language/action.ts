import type { Operator } from "../../../ports/operator.ts";
import { RISK_PROFILE_NAMES, type RiskProfileName } from "../../../core/risk-profiles.ts";
import { priceNow } from "../alerts/alert-look.ts";
import type { Action } from "../command.ts";
import { price as shownPrice, priceDigits } from "../text/numbers.ts";
import type { Amount, Intent, Watch, When } from "./intent.ts";
import { typed } from "./number-words.ts";

/** What can be pressed for an intent: exact commands as if they had been typed, and what should be known of them. Plain text. */
export interface Offer {
  /** What is still to be chosen, where there are several. */
  readonly question?: string;
  readonly notes: readonly string[];
  readonly actions: readonly Action[];
}

/** What an offer is worked out from. */
export type Known = Pick<Operator, "symbols" | "status" | "risk" | "extremes">;

/** Symbols that are asked for at the most when none was said. */
const MOST_ASKED = 12;

const said = (...notes: string[]): Offer => ({ notes, actions: [] });
const one = (command: string, argument = "", ...notes: string[]): Offer => ({ notes, actions: [{ command, argument }] });

/** What an intent offers. It does nothing: whoever presses runs the command, under its own role and with its own question. */
export function offerFor(intent: Intent, known: Known): Offer {
  switch (intent.kind) {
    case "trade":
      return trade(intent, known);
    case "why":
      return one("why", intent.symbol ?? "");
    case "profit":
      return one("profit", [intent.symbol ?? "", period(intent.from, intent.to)].filter((part) => part !== "").join(" "));
    case "show":
      return one(intent.what, PLAIN_SHOWS.has(intent.what) ? "" : (intent.symbol ?? ""));
    case "alert":
      return alert(intent.watch, known);
    case "risk":
      return risk(intent.to, known);
    case "deed":
      return intent.deed === "pause"
        ? { question: "Which of the two?", notes: ["/pause: nothing new is sent; open orders stay and may fill.", "/stop: the run itself ends, until its machine starts it again."], actions: [{ command: "pause", argument: "" }, { command: "stop", argument: "" }] }
        : one(intent.deed);
    case "help":
      return one("help");
    case "unknown":
      return said(...(intent.hint === undefined ? [] : [intent.hint]));
  }
}

/** Commands that take no symbol. */
const PLAIN_SHOWS: ReadonlySet<string> = new Set(["status", "portfolio", "balance", "orders", "trades", "performance", "signals", "top", "health", "alert", "watch"]);

function period(from: string | null, to: string | null): string {
  if (from === null) return to === null ? "all" : `to ${to}`;
  return to === null ? `since ${from}` : `from ${from} to ${to}`;
}

function trade(intent: Extract<Intent, { kind: "trade" }>, known: Known): Offer {
  const { side, amount } = intent;
  const symbols = intent.symbol === null ? known.symbols : [intent.symbol];
  if (side === "buy" && (amount?.in === "percent" || amount?.in === "all")) return said(`Say how much to buy in ${known.status().quote} or in the coin, such as: buy 50 ${known.status().quote} of ${baseOf(symbols[0] ?? "")}.`);
  if (side === "buy" && amount === null) return said(`Say how much to buy, such as: buy 50 ${known.status().quote} of ${baseOf(symbols[0] ?? "")}.`);
  if (symbols.length > 1) {
    if (amount?.in === "base") return said("Say which coin, such as: buy 0.1 eth.");
    // What it waits for is worked out from the price of one symbol.
    const offers = symbols.slice(0, MOST_ASKED).map((symbol) => trade({ ...intent, symbol }, known));
    return { question: "Which one?", notes: [...(intent.when?.is === "drop" || intent.when?.is === "rise" ? ["Prices are worked out from those of now."] : [])], actions: offers.flatMap(({ actions }) => actions.slice(0, 1)) };
  }
  const [symbol] = symbols;
  if (symbol === undefined) return said("This bot trades no symbol.");
  const waits = intent.when === undefined ? { words: "", note: null } : waiting(intent.when, symbol, known);
  if (waits === null) return said(`${symbol} has no price yet to work it out from. Say the price itself, such as: ${side} ${amountText(amount, symbol, known) || "50"} of ${baseOf(symbol)} below 2400.`);
  const tail = `${intent.limit === undefined ? "" : ` at ${typed(intent.limit)}`}${waits.words}`;
  const amounts: readonly (Amount | null)[] = amount === null ? [{ in: "percent", value: 25 }, { in: "percent", value: 50 }, { in: "all" }] : [amount];
  return {
    ...(amount === null ? { question: "How much of it?" } : {}),
    notes: waits.note === null ? [] : [waits.note],
    actions: amounts.map((much) => ({ command: side, argument: `${symbol} ${amountText(much, symbol, known)}${tail}` })),
  };
}

const baseOf = (symbol: string): string => symbol.split("/")[0] ?? symbol;

function amountText(amount: Amount | null, symbol: string, known: Known): string {
  switch (amount?.in) {
    case "quote":
      return `${typed(amount.value)} ${known.status().quote}`;
    case "base":
      return `${typed(amount.value)} ${baseOf(symbol)}`;
    case "percent":
      return `${typed(amount.value, 2)}%`;
    case "all":
      return "all";
    case undefined:
      return "";
  }
}

/** What an order waits for as the command says it, and a sentence on where that comes from; null without a price to count from. */
function waiting(when: When, symbol: string, known: Known): { readonly words: string; readonly note: string | null } | null {
  if (when.is === "below" || when.is === "above") return { words: ` when ${when.is} ${typed(when.price)}`, note: null };
  const { quote } = known.status();
  const now = priceNow(known, symbol);
  if (now === null) return null;
  const last = `${shownPrice(now)} ${quote}`;
  if (when.is === "reaches") return { words: ` when ${when.price < now ? "below" : "above"} ${typed(when.price)}`, note: `${symbol} is at ${last} now.` };
  const isDrop = when.is === "drop";
  const at = typed(now * (1 + (isDrop ? -when.percent : when.percent) / 100), priceDigits(now));
  return { words: ` when ${isDrop ? "below" : "above"} ${at}`, note: `${at} is ${typed(when.percent, 4)} % ${isDrop ? "under" : "over"} the ${last} of now.` };
}

function alert(watch: Watch, known: Known): Offer {
  const on = (symbol: string, what: string): Offer => one("alert", `${symbol} ${what}`);
  switch (watch.is) {
    case "above":
      return on(watch.symbol, `> ${typed(watch.price)}`);
    case "below":
      return on(watch.symbol, `< ${typed(watch.price)}`);
    case "reaches": {
      const now = priceNow(known, watch.symbol);
      if (now === null) return said(`${watch.symbol} has no price yet: say whether above or below ${typed(watch.price)}.`);
      return on(watch.symbol, `${watch.price < now ? "<" : ">"} ${typed(watch.price)}`);
    }
    case "moves":
      return on(watch.symbol, `${watch.way === "either" ? "" : watch.way === "up" ? "+" : "-"}${typed(watch.percent, 4)}%`);
    case "level":
    case "vote":
      return on(watch.symbol, watch.is);
    case "drawdown":
      return one("alert", `drawdown ${typed(watch.percent, 4)}%`);
  }
}

const STAYS = "It stays until it is changed again; nothing puts it back by itself.";

function risk(to: RiskProfileName | "lower" | "higher" | "show", known: Known): Offer {
  if (to === "show") return one("risk");
  const { profile } = known.risk();
  if (profile === null) return one("risk", "", "No agents vote, so no profile is in force that could be changed. /pause and the definition's own limits are there.");
  const at = RISK_PROFILE_NAMES.indexOf(profile.name);
  const wanted = to === "lower" ? RISK_PROFILE_NAMES[at - 1] : to === "higher" ? RISK_PROFILE_NAMES[at + 1] : to;
  if (wanted === undefined) {
    return to === "lower"
      ? { notes: [`${profile.name} is the most careful profile already. /pause sends nothing new; an alert tells of a fall.`], actions: [{ command: "pause", argument: "" }, { command: "alert", argument: "drawdown 5%" }] }
      : said(`${profile.name} is the boldest profile already.`);
  }
  if (wanted === profile.name) return one("risk", "", `${wanted} is in force already.`);
  const way = RISK_PROFILE_NAMES.indexOf(wanted) < at ? "more careful" : "bolder";
  const change: Action = { command: "risk", argument: wanted };
  if (way === "bolder") return { notes: [`From ${profile.name} to ${wanted}, which is ${way}. ${STAYS}`], actions: [change] };
  return { notes: [`From ${profile.name} to ${wanted}, which is ${way}. ${STAYS}`, "An alert can tell you of a fall of the account meanwhile."], actions: [change, { command: "alert", argument: "drawdown 5%" }] };
}
