import type { Honesty, SearchResult, WalkForward } from "../../../app/optimize/result.ts";
import { count, counted, decimal, moment, percent, share } from "../format.ts";
import { flatten } from "../header.ts";
import { inlineLibraries } from "../libraries.ts";
import { type Child, type Markup, markup } from "../markup.ts";
import { headOf, pageOf, panel, tableOf, warningsOf } from "../page.ts";
import { interval, scatter } from "../svg.ts";
import { frontChart, logitsChart, objectiveText, slices, trialsChart } from "./charts.ts";

const MOST_TRIALS = 50;

/** A search as one HTML page that needs neither network nor scripts: the verdict first, then what it rests on. */
export function renderSearchPage(result: SearchResult): string {
  const { data, definition, honesty, search } = result;
  const name = typeof definition["name"] === "string" && definition["name"] !== "" ? definition["name"] : "search";
  const { trade, line, reasons } = honesty.verdict;
  const verdict = markup`<p class="verdict ${trade ? "good" : "bad"}"><b>${line.charAt(0).toUpperCase()}${line.slice(1)}.</b></p>
    <ul class="reasons">${reasons.map((reason) => markup`<li>${reason}</li>`)}</ul>`;
  const facts = [`${counted(search.done + search.failed, "parameter set")} tried${search.failed === 0 ? "" : `, ${count(search.failed)} failed`}`, `${search.method}, seed ${search.seed}`, `for ${search.objectives.join(", ")}`];
  const body: Child = [
    headOf("parameter search", name, data, facts, verdict),
    warningsOf(result.warnings),
    winner(result),
    honestyPanel(result),
    intervals(honesty),
    trialsChart(result),
    slices(result),
    frontChart(result),
    walkForwards(result),
    logitsChart(result),
    neighbours(result),
    trialsTable(result),
    parametersPanel(result),
    markup`<footer><p class="caution">${data.synthetic ? "The market was generated: the result says nothing about any real market." : "Past results promise nothing, and the best of many tries promises least."}</p><p>This page loads nothing from the network and runs no script. All times are UTC.</p></footer>`,
  ];
  return pageOf({ title: `${name} · Caucus search`, body, data: null, libraries: inlineLibraries("search") });
}

const ratio = (value: number | null): string => (value === null ? "n/a" : decimal(value, 2));

function winner({ winner: best, honesty }: SearchResult): Markup {
  const { result } = best;
  const own = ["The winner", percent(result.totalReturn), ratio(result.sharpe), percent(result.maxDrawdown), ""];
  const rules = honesty.rules.map((rule) => [rule.name, percent(rule.totalReturn), ratio(rule.sharpe), percent(rule.maxDrawdown), rule.name === honesty.bestRule ? "best without a search" : ""]);
  const keys = Object.entries(best.parameters).map(([key, value]) => [markup`<code>${key}</code>`, markup`<code>${String(value)}</code>`]);
  return panel("winner", `Winner: trial ${best.number}`, null, [
    tableOf("Parameters of the winner", ["Parameter", "Value"], 2, keys),
    tableOf("The winner beside rules without a search", ["", "Return", "Sharpe", "Drawdown", ""], 1, [own, ...rules]),
    markup`<p class="note">Run it: <code>caucus backtest ${"<definition>"} ${best.flags.join(" ")}</code></p>`,
  ]);
}

function honestyPanel({ honesty, winner: best }: SearchResult): Markup {
  const chance = (value: number | null): string => (value === null ? "n/a" : share(value, 1));
  const days = (value: number | null): string => (value === null ? "n/a" : counted(Math.ceil(value), "day"));
  const { bounds } = honesty;
  const rows: (readonly [string, string, string])[] = [
    ["Sharpe", ratio(best.result.sharpe), `Over ${counted(honesty.observations, "day")}.`],
    ["Sharpe by luck alone", ratio(honesty.expectedMaximumSharpe), `What the best of ${count(honesty.trials)} sets without any edge would show.`],
    ["Deflated Sharpe", chance(honesty.deflatedSharpe), "Confidence that it beats that luck; 95 % is asked for."],
    ["Probabilistic Sharpe", chance(honesty.probabilisticSharpe), "The same, as if the winner were the only one ever tried."],
    ["Overfitting (PBO)", chance(honesty.overfitting?.pbo ?? null), "How often the best in sample is in the worse half out of sample; 50 % is a coin."],
    ["Least track record", days(honesty.minimumTrackRecord), "Days needed for 95 % confidence in a Sharpe above 0."],
    ["Least backtest", honesty.minimumBacktestYears === null ? "n/a" : `${decimal(honesty.minimumBacktestYears, 1)} years`, "Shorter, and the best of as many sets shows this Sharpe by luck."],
    ["Reality check", honesty.realityCheckP === null ? "n/a" : `p ${decimal(honesty.realityCheckP, 3)}`, "Chance of a mean this high among as many trials without any edge."],
    ["Return over fill models", `${percent(bounds.totalReturn.least)} to ${percent(bounds.totalReturn.most)}`, `${counted(bounds.runs.length, "fill model")}.${bounds.tooCoarse ? " The candles are too coarse for this strategy." : ""}`],
  ];
  return panel("honesty", "How far to believe it", null, markup`<div class="scroll"><table class="figures"><tbody>${rows.map(
    ([label, text, meaning]) => markup`<tr><th scope="row">${label}</th><td class="n">${text.replaceAll("-", "−")}</td><td class="why">${meaning}</td></tr>`,
  )}</tbody></table></div>`);
}

function intervals({ intervals: { totalReturn, sharpe } }: Honesty): Markup {
  const shown = [
    totalReturn === null ? null : interval({ ...totalReturn, label: "Return", text: `${percent(totalReturn.estimate)} (${percent(totalReturn.low)} to ${percent(totalReturn.high)})` }),
    sharpe === null ? null : interval({ ...sharpe, label: "Sharpe", text: `${decimal(sharpe.estimate, 2)} (${decimal(sharpe.low, 2)} to ${decimal(sharpe.high, 2)})` }),
  ];
  const none = shown.every((one) => one === null);
  return panel("intervals", "Intervals", none ? "Not known: too few days." : "95 % by the stationary block bootstrap of the winner's days; the dashed line is 0. They do not know that it was chosen.", shown);
}

function walkForwards({ honesty, search }: SearchResult): Markup {
  const { walkForward } = honesty;
  if (walkForward === null) return panel("walk-forward", "Walk-forward", "Not done: the data are too short for the folds.", []);
  const objective = search.objectives[0] ?? "";
  return panel("walk-forward", "Walk-forward", `Searched again in each part, and the chosen set traded in the next, which it had not seen.`, [
    walked("Anchored", walkForward.anchored, objective),
    walked("Rolling", walkForward.rolling, objective),
  ]);
}

function walked(mode: string, walk: WalkForward, objective: string): Markup {
  const fraction = (value: number | null): string => (value === null ? "n/a" : percent(value));
  const day = (time: number): string => moment(time).slice(0, 10);
  const rows = walk.folds.map(({ inSample, outOfSample, ...fold }) => [
    `${day(inSample.from)} to ${day(inSample.to)}`,
    `${day(outOfSample.from)} to ${day(outOfSample.to)}`,
    objectiveText(fold.inSampleObjective, objective),
    objectiveText(fold.outOfSampleObjective, objective),
    fraction(fold.inSampleReturn),
    fraction(fold.outOfSampleReturn),
  ]);
  const points = walk.folds.flatMap(({ inSampleObjective: x, outOfSampleObjective: y }, at) => (x === null || y === null ? [] : [{ x, y, title: `fold ${at + 1}: in ${objectiveText(x, objective)}, out ${objectiveText(y, objective)}`, mark: "front" }]));
  const text = (value: number): string => objectiveText(value, objective).replace("+", "");
  const chart = points.length === 0 ? null : scatter(`${mode}: in sample and out of sample`, points, { label: `${objective} in sample; up: out of sample`, text }, { label: "", text });
  let worth = 1;
  const curve = walk.daily.map((value, at) => ({ x: at + 1, y: (worth *= 1 + value) - 1, title: "", mark: "" }));
  const joined = curve.length < 2 ? null : scatter(`${mode}: return out of sample`, [{ x: 0, y: 0, title: "start", mark: "trial" }, ...curve.map((one) => ({ ...one, mark: "dot", title: `day ${one.x}: ${percent(one.y)}` }))], { label: "day out of sample", text: (value) => decimal(value, 0) }, { label: "", text: (value) => `${decimal(value * 100, 1)} %` }, curve);
  const efficiency = walk.efficiency === null ? "efficiency n/a, nothing was earned in sample" : `efficiency ${decimal(walk.efficiency, 2)}`;
  return markup`<h2 class="sub">${mode}</h2><p class="note">Out of sample, joined: ${walk.totalReturn === null ? "nothing could be traded" : `${percent(walk.totalReturn)}, Sharpe ${ratio(walk.sharpe)}`}; ${efficiency}.</p>
    ${tableOf(`${mode} walk-forward`, ["In sample", "Out of sample", `${objective} in`, `${objective} out`, "Return in", "Return out"], 2, rows)}<div class="plots">${chart}${joined}</div>`;
}

function neighbours({ honesty, search, winner: best, trials }: SearchResult): Markup {
  const objective = search.objectives[0] ?? "";
  const { list, median } = honesty.neighbours;
  const own = trials.find(({ number }) => number === best.number)?.objectives[0] ?? null;
  const rows = list.map(({ parameters, objective: value }) => {
    const changed = Object.entries(parameters).filter(([key, one]) => best.parameters[key] !== one);
    return [changed.map(([key, one]) => `${key} ${String(one)}`).join(", "), objectiveText(value, objective)];
  });
  return panel("neighbours", "Neighbours", `One step away in each parameter: median ${objective} ${objectiveText(median, objective)}, the winner's is ${objectiveText(own, objective)}.`, tableOf("Neighbours", ["Changed", objective], 1, rows));
}

function trialsTable(result: SearchResult): Markup {
  const { search, trials } = result;
  const keys = search.space.map(({ key }) => key);
  const sorted = trials.toSorted((a, b) => (b.objectives[0] ?? -Infinity) - (a.objectives[0] ?? -Infinity) || a.number - b.number);
  const rows = sorted.slice(0, MOST_TRIALS).map((trial) => [
    String(trial.number),
    ...search.objectives.map((objective, at) => objectiveText(trial.objectives[at] ?? null, objective)),
    trial.figures === null ? (trial.reason ?? "failed") : percent(trial.figures.totalReturn),
    trial.figures === null ? "" : percent(trial.figures.maxDrawdown),
    trial.figures === null ? "" : count(trial.figures.fills),
    ...keys.map((key) => String(trial.parameters[key] ?? "")),
  ]);
  const note = sorted.length > MOST_TRIALS ? `The best ${MOST_TRIALS} of ${count(sorted.length)}.` : `All ${count(sorted.length)}, best first.`;
  return panel("table", "Parameter sets", note, tableOf("Parameter sets", ["Trial", ...search.objectives, "Return", "Drawdown", "Fills", ...keys], 1, rows));
}

function parametersPanel({ definition, search }: SearchResult): Markup {
  const space = search.space.map((one) => [
    markup`<code>${one.key}</code>`,
    one.values === undefined ? `${String(one.from ?? "")} to ${String(one.to ?? "")}${one.step === undefined ? "" : `, step ${one.step}`}${one.scale === "log" ? ", log" : ""}` : one.values.map(String).join(", "),
  ]);
  const entries = flatten(definition);
  return markup`<section class="folds"><details><summary>Space <small>${counted(space.length, "parameter")}</small></summary>${tableOf("Space", ["Key", "Searched"], 2, space)}</details>
    <details><summary>Definition <small>${counted(entries.length, "value")}</small></summary><div class="scroll"><table class="keys"><tbody>${entries.map(([key, value]) => markup`<tr><th scope="row"><code>${key}</code></th><td><code>${value}</code></td></tr>`)}</tbody></table></div></details></section>`;
}
