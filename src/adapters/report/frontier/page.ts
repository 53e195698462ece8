import type { PortfolioWeights } from "../../../app/portfolio/weights/result.ts";
import { count, counted, decimal, percent, share } from "../format.ts";
import { inlineLibraries } from "../libraries.ts";
import { type Markup, markup, trusted } from "../markup.ts";
import { pageOf, panel, tableOf, warningsOf } from "../page.ts";
import { frontierSvg } from "./picture.ts";

/** The weights of a portfolio as one HTML page that needs no network and no script. */
export function renderWeights(result: PortfolioWeights): string {
  const { name, method, data } = result;
  const body = [
    header(result),
    warningsOf(result.warnings),
    panel("frontier", "Efficient frontier", null, trusted(asWideAsThePage(frontierSvg(result)))),
    panel("weights", "Weights", `Range: 5 to 95 of 100 of ${counted(result.resample.draws, "resample")}. Risk: share of the variance. Means and deviations are a year's.`, weightsTable(result)),
    panel("years", "A year", "Not seen: Sharpe ratio over returns that the choice had not seen, with its range. Equal weights hold as much cash.", yearsTable(result)),
    viewsPanel(result),
    panel("points", "Points of the frontier", null, pointsTable(result)),
    markup`<footer><p class="caution">${data.synthetic ? "The market was generated: these weights say nothing about any real one." : "Past returns promise nothing: the next years may be like none of these."}</p><p>This page loads nothing from the network. All times are UTC.</p></footer>`,
  ];
  return pageOf({ title: `${name}: ${method} · Caucus weights`, body, data: null, libraries: inlineLibraries("search") });
}

function asWideAsThePage(svg: string): string {
  return svg.replace(/ width="[\d.]+" height="[\d.]+"/, ' width="100%"');
}

function header({ name, method, data, estimate, verdict }: PortfolioWeights): Markup {
  return markup`<header class="head">
    <p class="brand"><span class="mark" aria-hidden="true"><i></i><i></i><i></i></span>Caucus <span>weights</span></p>
    <div class="title"><h1>${name}: ${method}</h1><span class="badge ${data.synthetic ? "synthetic" : "real"}">${data.synthetic ? "Synthetic market" : "Recorded market"}</span></div>
    <p class="verdict">${verdict.join(" ")}</p>
    <p class="facts"><span>${counted(data.returns, "return")} of ${data.bars} bars</span><span>${data.from.slice(0, 10)} to ${data.to.slice(0, 10)}</span><span>${estimate.name}</span><span>${count(data.leftOut)} bars left out</span></p>
  </header>`;
}

const ratio = (value: number | null): string => (value === null ? "n/a" : decimal(value, 2));
const range = ({ low, high }: { readonly low: number; readonly high: number }): string => `${decimal(100 * low, 1)} to ${decimal(100 * high, 1)} %`;

function weightsTable({ weights, cash, current }: PortfolioWeights): Markup {
  const held = (value: number | null): string[] => (current === null ? [] : [share(value ?? 0, 1)]);
  const rows = weights.toSorted((a, b) => b.weight - a.weight).map((one) => [one.symbol, share(one.weight, 1), range(one.band), one.riskShare === null ? "n/a" : share(one.riskShare, 1), ...held(one.current), percent(one.mean), share(one.deviation)]);
  const idle = ["cash", share(cash.weight, 1), range(cash.band), "", ...held(cash.current), "", ""];
  return tableOf("Weights", ["", "Weight", "Range", "Risk", ...(current === null ? [] : ["Now"]), "Mean", "Deviation"], 1, [...rows, idle]);
}

function yearsTable({ chosen, equal, current, resample: { unseen } }: PortfolioWeights): Markup {
  const row = (title: string, { mean, deviation, sharpe }: PortfolioWeights["chosen"], band: NonNullable<typeof unseen>["sharpe"] | null): string[] => [
    title, percent(mean), share(deviation), ratio(sharpe), band === null ? "n/a" : `${ratio(band.middle)} (${ratio(band.low)} to ${ratio(band.high)})`,
  ];
  return tableOf("A year", ["", "Mean", "Deviation", "Sharpe", "Sharpe not seen"], 1, [
    row("These weights", chosen, unseen?.sharpe ?? null),
    row("Equal weights", equal, unseen?.equalSharpe ?? null),
    ...(current === null ? [] : [row("As it is now", current, null)]),
  ]);
}

function viewsPanel({ views }: PortfolioWeights): Markup | null {
  if (views === null) return null;
  const rows = views.map(({ symbol, votes, score, confidence, expected }) => [symbol, votes.map((vote) => `${vote.agent} ${decimal(vote.score, 2)}`).join(", "), decimal(score, 2), share(confidence, 0), percent(expected)]);
  return panel("views", "The council's views", "Expects: return a year over the risk-free rate.", tableOf("Views", ["", "Votes", "Score", "Sure", "Expects"], 2, rows));
}

function pointsTable({ frontier }: PortfolioWeights): Markup {
  const symbols = frontier[0]?.weights.map(({ symbol }) => symbol) ?? [];
  const rows = frontier.map(({ mean, deviation, sharpe, cash, weights }, i) => [String(i + 1), percent(mean), share(deviation), ratio(sharpe), share(cash, 1), ...weights.map(({ weight }) => share(weight, 1))]);
  return tableOf("Points", ["", "Mean", "Deviation", "Sharpe", "Cash", ...symbols], 1, rows);
}
