import { RISK_PROFILE_NAMES } from "../../../core/risk-profiles.ts";
import { alertIn } from "./alert-rules.ts";
import { type Intent, type Setting, type SHOWS, intentSchema, legible } from "./intent.ts";
import { periodIn } from "./period.ts";
import { type Phrase, phraseReader } from "./phrase.ts";
import { tradeIn } from "./trade-rules.ts";

type Deed = Extract<Intent, { kind: "deed" }>["deed"];
type Show = (typeof SHOWS)[number];

const BOT = "(?: (?:the |this |all |my )?(?:bot|trading|trades?|everything|it|now|buying(?: and selling)?|run|process|program))*";
/** What turns the switch: only when a whole sentence says so. */
const DEEDS: readonly (readonly [Deed, RegExp])[] = [
  ["flatten", /^(?:flatten|liquidate|panic|panic sell|get me out|go to cash|go all cash|(?:(?:flatten|liquidate|close|sell|exit|dump|cash|get(?= out)) ?)(?:(?: |^)(?:out|of|all|everything|it all|the lot|every position|all (?:of )?(?:my |the |our )?(?:positions?|coins?|holdings?|crypto)|(?:my |the )?(?:whole )?(?:portfolio|positions|holdings)))+)$/],
  ["cancel", /^(?:cancel|(?:cancel|take back|withdraw|remove|delete|pull|kill)(?: (?:all|every|everything|the|my|our|open|resting|pending|of|orders?|them))+)$/],
  ["resume", new RegExp(`^(?:resume|continue|unpause|un-pause|carry on|go on|keep going|start(?: trading| buying)? again|start trading|trade again|restart trading|start|go|back to work)${BOT}(?: again)?$`)],
  ["stop", /^(?:stop|shut down|shutdown|shut|switch off|turn off|end|quit|exit|kill|terminate)(?: (?:the |this )?(?:bot|run|process|program|caucus|yourself|down|off))+$|^(?:shut down|shutdown|switch (?:it )?off|turn (?:it )?off|quit)$/],
  ["pause", /^(?:(?:pause|halt|stop|hold on|hold off|freeze|wait|take a break|suspend)|(?:pause|halt|stop|hold|freeze|wait|rest|suspend|no more|cease|don't|dont|do not)(?: (?:trading|buying|trade|buy|trades|orders|anything|sending|new|more|for|a|while|bit|moment|until|i|say|so|the|this|bot|it|all|everything|placing|and|selling|now|today))+)$/],
];

const CAREFUL = /^(?:(?:i (?:am|'m)|you are|you're) )?(?:be|play|trade|take|get|go|act|turn|become|make it|run|lower|reduce|cut|decrease|less|more)?(?: it)?(?: a (?:bit|little)| much| even| way| somewhat| (?:the|my|your|our))*(?: (?:more (?:careful|cautious|conservative|defensive|prudent)|carefully|careful|cautious|safer|safe|less (?:risk|risky|aggressive|bold)|fewer risks|lower risk|risk|risks|exposure|down|easy|conservative|defensive))+(?: with (?:it|my money|risk|the risk))?$/;
const BOLD = /^(?:be|play|trade|take|get|go|act|turn|become|make it|run|raise|increase|more|up)?(?: it)?(?: a (?:bit|little)| much| even| way| (?:the|my|your|our))*(?: (?:more (?:aggressive|bold|risky|adventurous|courageous|risk|risks)|bolder|riskier|braver|aggressive|higher risk|risk|risks))+$/;
const LOWERS = /\b(?:lower|reduce|cut|decrease|less|fewer|safer?|careful|carefully|cautious|conservative|defensive|prudent|easy)\b/;

/** What shows something: the first that fits. `S` stands for any symbol. */
const SHOWN: readonly (readonly [Show, RegExp])[] = [
  ["chart", /^(?:chart|graph|candles?|candlesticks?|plot|draw|picture)\b|\b(?:chart|graph|candles)\b/],
  ["levels", /\b(?:levels?|supports?|resistances?)\b/],
  ["votes", /\b(?:votes?|agents|council)\b|^(?:what do (?:you|they) think|opinions?)\b|\byour (?:view|opinion) (?:on|of)\b/],
  ["grid", /\bgrids?\b/],
  ["dca", /\bdca\b|\bsafety orders?\b|\baverage down\b/],
  ["orders", /\bopen orders?\b|^(?:my )?orders$|\b(?:what|which|show|list|any|the|my) (?:\w+ )?orders\b/],
  ["trades", /^(?:trades|fills)$|\b(?:last|latest|recent|show|list|my|the|which|what) (?:\w+ )?(?:trades|fills)\b|^what (?:did|have) you (?:buy|bought|sell|sold|trade|traded|do|done|been doing)\b/],
  ["balance", /\bbalances?\b|\b(?:how much|any|free|available) (?:cash|money|usdt|usd)\b|^how much money (?:is|do)\b|^cash$|\bhow much Q (?:do|is|are|have)\b/],
  ["portfolio", /\b(?:portfolio|holdings?|positions?)\b|\b(?:what|which|how much|how many)\b.*\b(?:hold|holding|own|have you (?:got|bought)|do (?:you|we|i) have)\b|\bwhat (?:do|did|are|have) (?:you|we|i) (?:hold|holding|own|got)\b/],
  ["performance", /\b(?:performance|equity curve|equity|sharpe|drawdown|statistics|stats)\b|\bhow (?:well )?(?:is|are|has|have) (?:the bot|you|it|we) (?:performed|performing)\b/],
  ["signals", /\bsignals?\b|\b(?:strongest|best|top) (?:conviction|setup|opportunit)|^what looks (?:good|best)|\bwhat (?:should|would|could) (?:i|you|we) (?:buy|sell)\b/],
  ["top", /\b(?:best|worst|top) (?:coin|symbol|performer|market|pair|one|earner)s?\b|\bwinners\b|\blosers\b|\bwhich (?:coin|symbol|pair)s? (?:earned|made|lost)\b/],
  ["health", /\b(?:health|healthy|connection|connected|online|alive|errors?|problems?|trouble|working|broken|latency)\b/],
  ["watch", /\bwatch ?list\b|^watching$/],
  ["alert", /^(?:(?:show|list|what are|which) (?:me )?(?:my |the )?)?(?:alerts|alarms)(?: .*)?$/],
  ["status", /\b(?:status|state of things|overview|summary|situation)\b|^(?:what's up|what is up|sup|how are (?:you|things)|how is it (?:going|looking)|how's it (?:going|looking)|how are we(?: doing)?|what's going on|what is going on|what's happening|what is happening|what are you doing|are you (?:there|running|trading|ok|paused))\b|^(?:S\d+|(?:what is|what's|what are|where is|how much is|show me)(?: the)?(?: current)?(?: price of| S\d+'s| S\d+)?.*\bprices?\b.*|how much (?:is|does) (?:one )?S\d+.*|where is S\d+.*|prices?|S\d+ price|price of S\d+|how(?:'s| is| are) S\d+(?: today| now)?)$/],
];

const PROFIT = /\b(?:profits?|p ?n ?l|p&l|earn(?:ed|ings?)?|gain(?:s|ed)?|made|make|loss(?:es)?|los[et]|lost|return(?:s|ed)?|up or down|do|done|doing|did|perform(?:ed)?|fare[d]?|went|go|gone|going|money)\b/;
const ASKS_PROFIT = /^(?:how|what|show|tell|did|have|has|are|am|was|is|my|our|the|total|profits?|p ?n ?l|p&l|earnings|gains|losses|returns?|give|closed|realised|realized|S\d+)\b/;
const WHY = /^(?:why|how come|what for|for what reason|explain|reason|what(?:'s| is| was) the reason|what made you|what makes you)\b|\bwhy\b/;
const ADVICE = /^(?:should|shall) (?:i|we|you)\b|^(?:is|was) it (?:a )?(?:good|bad|right|wise)\b|^(?:is|are) S\d+ (?:a )?(?:good )?(?:buy|sell|worth)|^what do you think (?:of|about)\b|^(?:thoughts|opinion) on\b/;
const HELP = /^(?:help|commands|menu|what can (?:you|i) (?:do|say|ask)|how does this work|how do (?:i|you) (?:use|work)|what are you|who are you|instructions|manual|usage)(?: .*)?$/;
const TWO_VERBS = /\b(?:buy|sell|purchase|dump)\b.*\b(?:and|then|,)\b.*\b(?:buy|sell|purchase|dump|pause|stop|cancel|flatten)\b/;
const NOT = /\b(?:not|never|don't|dont|doesn't|won't|can't|cannot|no longer|unless|without|except|nothing)\b/;

/** What a sentence asks for, as far as rules can tell; `unknown` where they do not reach. */
export function readByRules(text: string, setting: Setting): Intent {
  const seen = legible(text);
  if (seen === null) return { kind: "unknown", hint: "That is too long for one wish: say it in one short sentence." };
  // Addressed to another bot, or no command at all: nothing to be guessed at.
  if (seen.startsWith("/")) return { kind: "unknown", hint: "That is no command of this bot: /help lists those that it has." };
  if (seen === "") return { kind: "unknown" };
  const found = intentSchema.safeParse(intentOf(seen, setting));
  // Only a number can be outside of what an intent holds.
  return found.success ? found.data : { kind: "unknown", hint: "A number in it is out of range, or can be read in two ways: write it like 1234.50." };
}

function intentOf(text: string, setting: Setting): Intent {
  const read = phraseReader(setting.symbols, setting.quote);
  const phrase = read(text);
  const deed = deedIn(phrase.text);
  if (deed !== null) return deed;
  const trade = tradeIn(phrase);
  if (trade !== null) return "hint" in trade ? { kind: "unknown", hint: trade.hint } : trade;
  const hint = tradeHint(phrase, setting);
  if (hint !== null) return { kind: "unknown", hint };
  return alertIn(phrase) ?? riskIn(text, phrase, setting) ?? questionIn(text, phrase, setting, read) ?? strangerIn(phrase, setting);
}

/** What keeps a sentence from being a trade that it would be otherwise. */
function tradeHint(phrase: Phrase, { quote, symbols }: Setting): string | null {
  if (/\bF\b/.test(phrase.text) && tradeIn({ ...phrase, text: phrase.text.replaceAll(/\bF\b/g, "Q") }) !== null) return `This bot counts in ${quote}: say the amount in ${quote}.`;
  const named = phrase.text.replaceAll(/\bC(\d+)\b/g, "S$1");
  if (named !== phrase.text && phrase.symbols.length === 0 && tradeIn({ ...phrase, text: named, symbols: phrase.strangers }) !== null) return notTraded(phrase, symbols);
  if (TWO_VERBS.test(phrase.text) && !WHY.test(phrase.text)) return "One thing at a time: say each order by itself.";
  return null;
}

const notTraded = ({ strangers }: Phrase, symbols: readonly string[]): string => `${(strangers[0] ?? "that").toUpperCase().slice(0, 40)} is not traded here. Symbols: ${symbols.slice(0, 12).join(", ")}${symbols.length > 12 ? ", ..." : ""}.`;

function strangerIn(phrase: Phrase, { symbols }: Setting): Intent {
  return phrase.strangers.length > 0 && phrase.symbols.length === 0 ? { kind: "unknown", hint: notTraded(phrase, symbols) } : { kind: "unknown" };
}

function deedIn(text: string): Intent | null {
  const bare = text.replaceAll(/,/g, "");
  const deed = DEEDS.find(([, pattern]) => pattern.test(bare))?.[0];
  return deed === undefined ? null : { kind: "deed", deed };
}

function riskIn(raw: string, { text }: Phrase, { now, timeZone }: Setting): Intent | null {
  const profile = RISK_PROFILE_NAMES.find((name) => new RegExp(`\\b${name.replaceAll("-", "[ -]")}\\b`).test(text));
  if (profile !== undefined && !NOT.test(text) && /^(?:(?:set|switch|change|go|move|use|make|put|risk|profile|the|my|to|be|it|into|on|a)(?: |$))*/.exec(text)?.[0].trim() === beforeProfile(text, profile)) return { kind: "risk", to: profile };
  if (/^(?:(?:show|what is|what's|what are|how) (?:me )?(?:my |the |your )?)?(?:risk(?:y)?|limits|risk (?:profile|limits|level)|profile)(?: .{0,30})?$/.test(text) && !/more|less|lower|higher|raise|reduce/.test(text)) return { kind: "risk", to: "show" };
  // "This week" and "for now" say how long: a profile stays until it is changed, and the answer says so.
  const rest = (periodIn(text, now, timeZone)?.rest ?? text).replaceAll(/ ?\b(?:for|until|till|over|in|during)?(?: the| a| this| next| some| few| N\d+)* ?(?:week|weekend|weeks|days?|month|tomorrow|tonight|while|time being|now|moment|monday|friday|news|on)$/g, "").trim();
  if (rest === "" || NOT.test(raw.toLowerCase())) return null;
  if (CAREFUL.test(rest) && LOWERS.test(rest)) return { kind: "risk", to: "lower" };
  return BOLD.test(rest) && !LOWERS.test(rest) && /more|bold|riskier|brave|raise|increase|higher|up|aggressive/.test(rest) ? { kind: "risk", to: "higher" } : null;
}

function beforeProfile(text: string, profile: string): string {
  const at = text.search(new RegExp(`\\b${profile.replaceAll("-", "[ -]")}\\b`));
  return text.slice(0, at).trim();
}

/** A question, or a wish to be shown something: it may be read loosely, since it changes nothing. */
function questionIn(raw: string, phrase: Phrase, setting: Setting, read: (text: string) => Phrase): Intent | null {
  const symbol = phrase.symbols[0] ?? null;
  if (phrase.strangers.length > 0 && symbol === null) return null;
  if (HELP.test(phrase.text)) return { kind: "help" };
  if (WHY.test(phrase.text) || ADVICE.test(phrase.text)) return { kind: "why", symbol };
  const period = periodIn(raw.toLowerCase(), setting.now, setting.timeZone);
  const rest = period === null ? phrase.text : read(period.rest).text;
  if (ASKS_PROFIT.test(rest) && PROFIT.test(rest) && (period !== null || /\b(?:profits?|p ?n ?l|p&l|earn(?:ed|ings?)?|gains?|made|make|loss(?:es)?|los[et]|lost|returns?)\b|\bhow (?:is|are|did|has|have|was)\b.*\bd(?:o|oing|one)\b/.test(rest)) && !/\bhow are (?:you|things)\b/.test(rest)) {
    return { kind: "profit", symbol, from: period?.from ?? null, to: period?.to ?? null };
  }
  const show = SHOWN.find(([, pattern]) => pattern.test(phrase.text))?.[0];
  return show === undefined ? null : { kind: "show", what: show, symbol };
}
