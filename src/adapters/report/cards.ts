import { whyAbsent } from "./absent.ts";
import { count, counted, days, decimal, gain, money, percent, quoteOf, share } from "./format.ts";
import { type Child, type Markup, markup } from "./markup.ts";
import type { Run } from "./run.ts";

/** The figures that matter most, as cards under the head. */
export function cards(output: Run): Markup {
  const { result } = output;
  const quote = quoteOf(output);
  const { buyAndHold } = result;
  return markup`<section class="cards" aria-label="Key figures">
    ${card("Return", percent(result.totalReturn), tone(result.totalReturn), [
      ["Buy and hold at equal exposure", percent(buyAndHold.equalExposureReturn)],
      ["Buy and hold, all in", percent(buyAndHold.totalReturn)],
      ["Cash", percent(buyAndHold.cashReturn)],
    ])}
    ${card("Total profit", gain(result.finalEquity - result.startEquity, quote), tone(result.finalEquity - result.startEquity), [
      ["Closed cells, after fees", gain(result.closedProfit, quote)],
      ["Open inventory", gain(result.unrealisedProfit, quote)],
      ["Total equity", money(result.finalEquity, quote)],
    ])}
    ${card("Max drawdown", percent(result.maxDrawdown), "", [
      ["Buy and hold", percent(buyAndHold.maxDrawdown)],
      ["Longest under water", days(result.maxDrawdownDays)],
      ["Worst open loss", gain(result.worstOpenLoss, quote)],
    ])}
    ${card("Sharpe", result.sharpe === null ? "n/a" : decimal(result.sharpe, 2), "", [
      ["Sortino", result.sortino === null ? "n/a" : decimal(result.sortino, 2)],
      ["Calmar", result.calmar === null ? `n/a: ${whyAbsent("calmar", output)}` : decimal(result.calmar, 2)],
      ["Average exposure", share(result.exposure, 1)],
    ])}
    ${card("Fills", count(result.fills), "", [
      ["Round trips", count(result.roundTrips)],
      ["Win rate", result.winRate === null ? "n/a" : share(result.winRate, 1)],
      ["Refused orders", count(Object.values(result.refused).reduce((sum, one) => sum + one, 0))],
    ])}
    ${card("Fees", money(result.feesPaid, quote), "", [
      ["Of start equity", share(result.startEquity > 0 ? result.feesPaid / result.startEquity : 0)],
      ["Turnover", `${decimal(result.turnover, 1)} times`],
      ["Dust", money(result.dust, quote)],
    ])}
  </section>
  ${output.warnings.length === 0 ? null : warnings(output.warnings)}`;
}

function card(title: string, value: string, className: string, rows: readonly (readonly [string, string])[]): Markup {
  const lines: Child = rows.map(([label, text]) => markup`<div><dt>${label}</dt><dd>${minus(text)}</dd></div>`);
  return markup`<article class="card"><h2>${title}</h2><p class="value ${className}">${figure(minus(value))}</p><dl>${lines}</dl></article>`;
}

/** A figure with its unit set smaller, split at the last space. */
function figure(text: string): Markup {
  const match = /^(.*\d)\s(\D+)$/.exec(text);
  return match ? markup`${match[1] ?? ""}<small> ${match[2] ?? ""}</small>` : markup`${text}`;
}

/** Warnings that are shown at once; the others are folded away. */
const MOST_WARNINGS = 8;

function warnings(list: readonly string[]): Markup {
  const items = list.map((one) => markup`<li>${one}</li>`);
  const first = items.length > MOST_WARNINGS + 1 ? MOST_WARNINGS : items.length;
  const rest = first === items.length ? null : markup`<details><summary>${`${count(items.length - first)} more`}</summary><ul>${items.slice(first)}</ul></details>`;
  return markup`<section class="warnings" aria-label="Warnings"><h2>${counted(list.length, "warning")}</h2><ul>${items.slice(0, first)}</ul>${rest}</section>`;
}

/** The word for a gain or a loss that the stylesheet colours. */
export function tone(value: number): "up" | "down" | "" {
  if (value > 0) return "up";
  return value < 0 ? "down" : "";
}

/** A figure with a true minus sign, as wide as the plus. */
export function minus(text: string): string {
  return text.replace(/^-(?=[\d∞])/, "−");
}
