import type { Interval, JobProgress, SearchFindings } from "../../../ports/research.ts";
import type { TelegramCommand } from "../command.ts";
import { bold, escaped, italic } from "../text/html.ts";
import { type Part, message } from "../text/message.ts";
import { counted, decimal, percent, share } from "../text/numbers.ts";
import { pairLines, tableLines } from "../text/table.ts";
import { moment } from "../text/times.ts";
import { progressText, stopButton, unlessStopped } from "./backtest.ts";

const MOST_KEYS = 12;
const MOST_REASONS = 6;

/** The search that the definition describes, with its verdict; it changes nothing. */
export const optimize: TelegramCommand = {
  name: "optimize",
  description: "Search better parameters, with an honest verdict",
  role: "owner",
  run: ({ research, argument, user, timeZone }) => {
    if (!research) return Promise.resolve({ html: "No search can be made here." });
    if (/^stop$/i.test(argument)) return Promise.resolve({ html: research.cancel(user.id) ? "⏹ Stopped by you. What was tried is kept: /optimize goes on from there." : "Nothing of yours is going on." });
    if (argument !== "") return Promise.resolve({ html: "Say /optimize or /optimize stop: what is searched stands in the definition, under search." });
    const { search } = research;
    if (research.unsearchable !== null || search === null) return Promise.resolve({ html: escaped(research.unsearchable ?? "The definition has no search.") });
    const busy = research.busy(user.id);
    if (busy !== null) return Promise.resolve({ html: escaped(busy), buttons: stopButton("optimize") });
    const title = `Search of ${counted(search.trials, "set")} of ${counted(search.keys.length, "parameter")}`;
    return Promise.resolve({
      html: progressText(title, { share: 0, doing: "it begins" }),
      buttons: stopButton("optimize"),
      live: async (show, signal) => {
        const onProgress = (progress: JobProgress): void => show(progressText(title, progress));
        const findings = await unlessStopped(research.optimize({ user: user.id }, { signal, onProgress }), research, user.id);
        if (findings === null) {
          show("⏹ Stopped by you. What was tried is kept: /optimize goes on from there.");
          return null;
        }
        show(`✅ ${bold(title)} is done.`);
        const { report } = findings;
        return { html: message(wordsOf(findings, timeZone)), document: { name: report.name, bytes: report.bytes } };
      },
    });
  },
};

const ratio = (value: number | null): string => (value === null ? "n/a" : decimal(value, 2));
const between = (interval: Interval | null): string => (interval === null ? "too few days" : `${ratio(interval.low)} to ${ratio(interval.high)}`);

function wordsOf(found: SearchFindings, timeZone: string): Part[] {
  const { verdict, winner, rules, bestRule, outOfSample, bounds, flags, warnings, name } = found;
  const failed = found.failed === 0 ? "" : `, ${found.failed} of them failed`;
  const parts: Part[] = [
    `${bold(`Search ${found.symbols.join(", ")}`)} ${escaped(`${moment(found.from, timeZone)} to ${moment(found.to, timeZone)}`)}`,
    ...(found.synthetic ? ["⚠️ A synthetic market: made-up candles that no exchange ever traded."] : []),
    `${verdict.trade ? "🟢" : "🔴"} ${bold(`${verdict.line.charAt(0).toUpperCase()}${verdict.line.slice(1)}.`)}`,
    ...verdict.reasons.slice(0, MOST_REASONS).map((reason) => `• ${escaped(reason)}`),
    {
      pre: pairLines([
        ["Sets tried", `${decimal(found.tried, 0)}${failed}`],
        ["Ever tried on these", decimal(found.everTried, 0)],
        ["Winner's return", percent(winner.totalReturn)],
        ["Max drawdown", share(winner.maxDrawdown, 2)],
        ["Sharpe, annual", ratio(winner.sharpe)],
        ["95 % of it", between(found.sharpeInterval)],
        ["Deflated Sharpe", `${ratio(found.deflatedSharpe)} of 1`],
        ["Overfitting (PBO)", ratio(found.overfitting)],
        ["Out of sample", outOfSample === null ? "too short" : percent(outOfSample.totalReturn)],
        ["Least, most of fills", `${percent(bounds.least)} ${percent(bounds.most)}`],
      ]),
    },
    `Without a search (best: ${escaped(bestRule)}):`,
    { pre: tableLines([{ align: "left", shrinks: true }, { align: "right" }, { align: "right" }], rules.map((rule) => [rule.name, percent(rule.totalReturn), ratio(rule.sharpe)])) },
    bold(`Winner: trial ${winner.number}`),
    { pre: pairLines(Object.entries(winner.parameters).slice(0, MOST_KEYS).map(([key, value]) => [key, String(value)])) },
    "Nothing was changed. This would run it, with a state folder of its own:",
    { pre: [`caucus run ${name} \\`, ...flags.map((flag) => `  ${flag} \\`), "  --state <a new folder>"] },
    ...warnings.slice(0, 3).map((warning) => `⚠️ ${escaped(warning)}`),
    italic("The deflated Sharpe is the probability of an edge beyond luck; 0.95 is asked for. What was earned in the past promises nothing for the future."),
  ];
  return parts;
}
