import type { Intent, Watch } from "./intent.ts";
import type { Phrase } from "./phrase.ts";

const ASKS = /^(?:alert|notify|tell|warn|ping|message|inform|let|remind|wake|alarm|set|create|add|give|text)\b/;
const CONDITION = String.raw`\b(?:if|when|once|as soon as|whenever|should|at|for|on|in case)\b`;
const SUBJECT = new RegExp(String.raw`^(?:(?:alert|notify|tell|warn|ping|message|inform|let|remind|wake|alarm|text|set|create|add|give|me|us|know|up|an?|the|my|price)(?: |$))+(?:${CONDITION} )?(?:the )?(?:price of )?(?<what>.+)$`);
const VALUE = String.raw`(?:(?:Q )?N(?<n>\d+)(?: Q)?)`;
const UP = "rises?|gains?|climbs?|jumps?|goes up|is up|pumps?|increases?|up";
const DOWN = "drops?|falls?|dips?|loses?|goes down|is down|sinks?|dumps?|decreases?|down";
const NAME = String.raw`S(?<s>\d+)(?:'s)?(?: price)?`;

const FORMS: readonly (readonly [RegExp, (groups: Readonly<Record<string, string>>, phrase: Phrase) => Watch])[] = [
  [new RegExp(`^${NAME} (?:(?:is|goes|gets|rises|climbs|moves|trades|breaks|crosses|comes) )?(?:up to|above|over|past|higher than|more than|beyond|>) ${VALUE}$`), (found, phrase) => ({ is: "above", symbol: symbol(found, phrase), price: value(found, phrase) })],
  [new RegExp(`^${NAME} (?:(?:is|goes|gets|falls|drops|dips|moves|trades|breaks|crosses|comes|sinks) )?(?:down to|below|under|beneath|lower than|less than|<) ${VALUE}$`), (found, phrase) => ({ is: "below", symbol: symbol(found, phrase), price: value(found, phrase) })],
  [new RegExp(`^${NAME} (?:falls|drops|dips|sinks) to ${VALUE}$`), (found, phrase) => ({ is: "below", symbol: symbol(found, phrase), price: value(found, phrase) })],
  [new RegExp(`^${NAME} (?:rises|climbs|jumps) to ${VALUE}$`), (found, phrase) => ({ is: "above", symbol: symbol(found, phrase), price: value(found, phrase) })],
  [new RegExp(`^${NAME} (?:hits?|reaches|touches|gets to|is at|comes to|goes to|at|crosses|=) ${VALUE}$`), (found, phrase) => ({ is: "reaches", symbol: symbol(found, phrase), price: value(found, phrase) })],
  [new RegExp(`^${NAME} (?:${UP})(?: by)? N(?<n>\\d+) %$`), (found, phrase) => ({ is: "moves", symbol: symbol(found, phrase), percent: value(found, phrase), way: "up" })],
  [new RegExp(`^${NAME} (?:${DOWN})(?: by)? N(?<n>\\d+) %$`), (found, phrase) => ({ is: "moves", symbol: symbol(found, phrase), percent: value(found, phrase), way: "down" })],
  [new RegExp(`^${NAME} (?:moves?|changes?|swings?)(?: by)?(?: more than)? N(?<n>\\d+) %$`), (found, phrase) => ({ is: "moves", symbol: symbol(found, phrase), percent: value(found, phrase), way: "either" })],
  [new RegExp(`^${NAME} (?:touches|reaches|hits|comes to|gets to|is at)(?: an?| the| its)? (?:level|support|resistance|support or(?: a)? resistance|level of support)$`), (found, phrase) => ({ is: "level", symbol: symbol(found, phrase) })],
  [new RegExp(`^(?:the )?(?:${NAME} )?(?:vote|votes|stance|council|decision)(?: (?:on|for|of|about) ${NAME.replaceAll("<s>", "<t>")})? (?:changes?|flips?|turns?)(?: its mind)?$`), (found, phrase) => ({ is: "vote", symbol: symbol({ s: found["s"] ?? found["t"] ?? "" }, phrase) })],
  [/^(?:(?:the|my|our|a) )?(?:drawdown|loss|account|portfolio|equity|you|we|i)(?: (?:is|are|reaches|hits|falls|drops|loses?|goes|exceeds|of|down|by|over|above|more|than|at))* N(?<n>\d+) %(?: drawdown)?$/, (found, phrase) => ({ is: "drawdown", percent: value(found, phrase) })],
];

/** A wish to be told of something; null when a sentence is none, or none that an alert can watch. */
export function alertIn(phrase: Phrase): Intent | null {
  if (!ASKS.test(phrase.text)) return null;
  const what = SUBJECT.exec(phrase.text)?.groups?.["what"]?.trim();
  if (what === undefined) return null;
  for (const [pattern, watch] of FORMS) {
    const groups = pattern.exec(what)?.groups;
    const found = groups && watch(groups, phrase);
    if (found && (!("symbol" in found) || found.symbol !== "")) return { kind: "alert", watch: found };
  }
  return null;
}

const symbol = (found: Readonly<Record<string, string>>, { symbols }: Phrase): string => symbols[Number(found["s"] || -1)] ?? "";
const value = (found: Readonly<Record<string, string>>, { numbers }: Phrase): number => numbers[Number(found["n"] ?? -1)] ?? Number.NaN;
