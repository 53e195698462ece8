import { announcedText } from "../../core/receipts/receipt.ts";
import type { Operator } from "../../ports/operator.ts";
import { isOver, pause } from "./api.ts";
import type { Picture } from "./command.ts";
import { dateText, nextTimeOfDay } from "./local-time.ts";
import type { Notification } from "./notifications.ts";
import { equitySvg, untilNow } from "./pictures/equity.ts";
import { png } from "./pictures/png.ts";
import type { TelegramSettings } from "./settings.ts";

const DAY = 86_400_000;
/** Bars that the bot keeps. */
const MOST_BARS = 500;
/** Timers drift, and clocks are set: looked at again at least this often, ms. */
const LONGEST_LOOK = 60_000;

/** Tells of the last 24 hours at the time of day in the settings, until the signal ends it. */
export async function tellDaily(
  parts: { readonly settings: TelegramSettings; readonly operator: Operator; readonly clock: () => number; readonly tell: (notification: Notification) => void; readonly warn: (what: string, error: unknown) => void },
  signal: AbortSignal,
): Promise<void> {
  const { settings, operator, clock, tell, warn } = parts;
  let due = nextTimeOfDay(settings.summaryAt, settings.timeZone, clock());
  while (!signal.aborted) {
    await pause(Math.min(LONGEST_LOOK, Math.max(1, due - clock())), signal);
    if (isOver(signal) || clock() < due) continue;
    try {
      tell({ kind: "daily", key: `daily:${dateText(due, settings.timeZone)}`, text: summaryOf(operator), urgent: false, picture: await equityOf(operator, settings.timeZone) });
    } catch (error) {
      warn("the day could not be summed up", error);
    }
    due = nextTimeOfDay(settings.summaryAt, settings.timeZone, clock());
  }
}

/** Equity over the last 24 hours. */
async function equityOf(operator: Operator, timeZone: string): Promise<Picture> {
  const { bot, quote, time, equity } = operator.status();
  const points = untilNow(operator.equity(MOST_BARS), { time, equity }).filter((point) => point.time >= time - DAY);
  return { name: "day.png", png: await png(equitySvg(points, { title: `${bot}, 24 hours`, quote, timeZone })) };
}

/** The last 24 hours in one line. */
export function summaryOf(operator: Operator): string {
  const { time, quote, equity, startEquity, exposure, fills, openOrders, troubles } = operator.status();
  const { total } = operator.profit(time - DAY, time);
  const { chain } = operator.receipt(time);
  const money = (value: number): string => `${value.toFixed(2)} ${quote}`;
  const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
  const facts = [
    `equity ${money(equity)} (${percent(equity / startEquity - 1)} since the start)`,
    `profit of 24 h ${money(total.profit)} in ${total.trips} round trips, ${total.won} won`,
    `${percent(exposure)} in the market`,
    `${openOrders} open orders, ${fills} fills since the start`,
    ...troubles,
    // Announced here, it is out of reach of whoever edits the journal later.
    ...(chain === null ? [] : [`receipts ${announcedText(chain)}`]),
  ];
  return facts.join("; ");
}
