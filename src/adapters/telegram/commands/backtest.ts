import type { BacktestAsked, BacktestFindings, JobProgress, Research } from "../../../ports/research.ts";
import type { Asked, Button, Picture, Reply, TelegramCommand } from "../command.ts";
import { comparisonSvg } from "../pictures/comparison.ts";
import { png } from "../pictures/png.ts";
import { COLOURS } from "../pictures/svg.ts";
import { bold, code, escaped, italic } from "../text/html.ts";
import { type Part, message } from "../text/message.ts";
import { counted, decimal, duration, gain, money, percent, share } from "../text/numbers.ts";
import { progressBar } from "../text/progress.ts";
import { chosenSymbol, noSymbol } from "../text/symbols.ts";
import { pairLines } from "../text/table.ts";
import { moment } from "../text/times.ts";

const USUAL_DAYS = 30;
const MOST_DAYS = 730;
const MOST_WARNINGS = 4;
const DAY = 86_400_000;
const WORDS = "Say /backtest, /backtest 90, /backtest btc 90 (1 to 730 days) or /backtest stop.";

/** The button that ends somebody's job. */
export const stopButton = (command: string): readonly (readonly Button[])[] => [[{ text: "Stop it", action: { command, argument: "stop" } }]];

/** The definition that runs over its newest candles: figures, a picture, a report. */
export const backtest: TelegramCommand = {
  name: "backtest",
  description: "The definition over the last days: picture and report",
  role: "trader",
  run: ({ research, operator, argument, user, timeZone }) => {
    if (!research) return Promise.resolve({ html: "No backtest can be made here." });
    if (/^stop$/i.test(argument)) return Promise.resolve({ html: research.cancel(user.id) ? "⏹ Stopped by you." : "Nothing of yours is going on." });
    const wanted = wantedOf(argument, research, operator);
    if (typeof wanted === "string") return Promise.resolve({ html: escaped(wanted, 1_000) });
    const busy = research.busy(user.id);
    if (busy !== null) return Promise.resolve({ html: escaped(busy), buttons: stopButton("backtest") });
    const title = `Backtest of ${wanted.symbol ?? "all symbols"}, ${counted(wanted.days, "day")}`;
    return Promise.resolve({
      html: progressText(title, { share: 0, doing: "it begins" }),
      buttons: stopButton("backtest"),
      live: async (show, signal) => {
        const onProgress = (progress: JobProgress): void => show(progressText(title, progress));
        const findings = await unlessStopped(research.backtest({ user: user.id, ...wanted }, { signal, onProgress }), research, user.id);
        if (findings === null) {
          show("⏹ Stopped by you.");
          return null;
        }
        show(`✅ ${bold(title)} is done.`);
        return resultOf(findings, wanted.days, timeZone);
      },
    });
  },
};

/** Symbol and days of an argument, or what is wrong with it. */
function wantedOf(argument: string, research: Research, operator: Asked["operator"]): Omit<BacktestAsked, "user"> | string {
  const words = argument.split(/\s+/).filter((word) => word !== "");
  const number = words.find((word) => /^\d+(?:d|days?)?$/i.test(word));
  const names = words.filter((word) => word !== number);
  const days = number === undefined ? USUAL_DAYS : Number.parseInt(number, 10);
  if (names.length > 1) return WORDS;
  if (days < 1 || days > MOST_DAYS) return `Days go from 1 to ${MOST_DAYS}. ${WORDS}`;
  const [name] = names;
  if (name === undefined) return { symbol: null, days };
  const symbol = chosenSymbol(research, name);
  return symbol === null ? `${noSymbol(operator, name)} ${WORDS}` : { symbol, days };
}

/** What a job comes to; null when its user has ended it. */
export async function unlessStopped<Result>(work: Promise<Result>, { wasStopped }: Pick<Research, "wasStopped">, user: number): Promise<Result | null> {
  try {
    return await work;
  } catch (error) {
    if (wasStopped(user)) return null;
    throw error;
  }
}

/** How far a job is, as its message says it. */
export function progressText(title: string, { share: done, doing }: JobProgress): string {
  return message([`⏳ ${bold(title)}`, `${code(progressBar(done))} ${escaped(doing, 120)}`]);
}

async function resultOf(found: BacktestFindings, asked: number, timeZone: string): Promise<Reply> {
  const { name, quote, symbols, curve, report } = found;
  const curves = [
    { name: "bot", colour: COLOURS.price, values: curve.map(({ equity }) => equity) },
    { name: "holding", colour: COLOURS.grid, values: curve.map(({ hold }) => hold) },
  ];
  const title = `${name}: ${symbols.join(", ")}`;
  const picture: Picture = { name: "backtest.png", png: await png(comparisonSvg({ title, quote, timeZone, time: curve.map(({ time }) => time), curves })) };
  const again = [30, 90, 365].filter((days) => days !== asked).map((days) => ({ text: `${days} days`, action: { command: "backtest", argument: symbols.length === 1 ? `${symbols[0] ?? ""} ${days}` : String(days) } }));
  return { html: message(wordsOf(found, asked, timeZone)), picture, document: { name: report.name, bytes: report.bytes }, buttons: [again] };
}

function wordsOf(found: BacktestFindings, asked: number, timeZone: string): Part[] {
  const { quote, bounds, sharpe, sharpeInterval, from, to, warnings, synthetic } = found;
  const covered = to - from;
  const short = covered < asked * DAY * 0.95 ? ` There are candles of ${duration(covered)} only, not of ${counted(asked, "day")}.` : "";
  const ratio = (value: number): string => decimal(value, 2);
  const parts: Part[] = [
    `${bold(`Backtest ${found.symbols.join(", ")}`)} ${escaped(`${moment(from, timeZone)} to ${moment(to, timeZone)}, ${duration(covered)}.${short}`)}`,
  ];
  if (synthetic) parts.push("⚠️ A synthetic market: made-up candles that no exchange ever traded.");
  parts.push({
    pre: pairLines([
      ["Return", percent(found.totalReturn)],
      ["Holding", percent(found.holdReturn)],
      [`Holding ${share(found.exposure, 0)} of it`, percent(found.equalExposureReturn)],
      ["Profit", gain(found.finalEquity - found.startEquity, quote)],
      ["Max drawdown", share(found.maxDrawdown, 2)],
      ["of holding", share(found.holdDrawdown, 2)],
      ["Sharpe, annual", sharpe === null ? "not defined" : ratio(sharpe)],
      ["95 % of it", sharpeInterval === null ? "too few days" : `${ratio(sharpeInterval.low)} to ${ratio(sharpeInterval.high)}`],
      ["Fees", money(found.feesPaid, quote)],
      ["Fills", decimal(found.fills, 0)],
      ["Round trips", found.winRate === null ? decimal(found.roundTrips, 0) : `${decimal(found.roundTrips, 0)}, ${share(found.winRate, 0)} won`],
    ]),
  });
  if (bounds) {
    const { totalReturn, maxDrawdown, tooCoarse } = bounds;
    parts.push(`Over all fill models: return ${escaped(`${percent(totalReturn.least)} to ${percent(totalReturn.most)}`)}, drawdown ${escaped(`${share(maxDrawdown.least, 2)} to ${share(maxDrawdown.most, 2)}`)}.${tooCoarse ? " The candles are too coarse for this strategy." : ""}`);
  }
  for (const warning of warnings.slice(0, MOST_WARNINGS)) parts.push(`⚠️ ${escaped(warning)}`);
  if (warnings.length > MOST_WARNINGS) parts.push(`and ${counted(warnings.length - MOST_WARNINGS, "more warning")}`);
  parts.push(italic("What was earned in the past promises nothing for the future."));
  return parts;
}
