import type { Bot, SymbolState } from "../../core/bot.ts";
import { type Pool, coordinate, percent, pool, signed } from "../../core/coordinator.ts";
import { rulesInForce } from "../../core/council.ts";
import type { Decision, Stance } from "../../core/decision.ts";
import type { VoteRow, VotesView } from "../../ports/operator.ts";
import { worthOf } from "../council/scores.ts";
import { symbolOf } from "./watched.ts";

/** The votes of a symbol's last decision, those who abstained included; strongest first. */
export function votesView(bot: Bot, symbol: string): VotesView | null {
  const { decision, learning } = symbolOf(bot, symbol);
  if (decision === null) return null;
  const worths = worthOf(learning);
  const { time, stance, conviction, exposure } = decision;
  const votes = bot.agentNames.map((agent): VoteRow => {
    const weight = decision.weights?.[agent] ?? bot.plan.coordinator.weights[agent] ?? 1;
    const vote = decision.votes.find((one) => one.agent === agent);
    const unusable = decision.malformed?.find((one) => one.agent === agent);
    const worth = worths.agents.get(agent) ?? null;
    if (!vote) return { agent, score: null, confidence: 0, weight, reason: unusable ? `counted as abstained: ${unusable.why}` : "abstained", size: null, veto: null, worth };
    return { agent, score: vote.score, confidence: vote.confidence, weight, reason: vote.reason, size: vote.size ?? null, veto: vote.veto?.limit ?? null, worth };
  });
  const pool = learning.agents.length > 0 ? worths.pool : null;
  return { symbol, time, stance, conviction, exposure, votes: votes.sort((a, b) => pull(b) - pull(a)), pool };
}

/** How much a vote moves the conviction; those that only size come after those that vote, abstentions last. */
const pull = ({ score, confidence, weight, size }: VoteRow): number => (score === null ? -2 : size === null ? Math.abs(score) * confidence * weight : -1);

/** What would change a symbol's decision: thresholds, vetoes, the time it has to last, and the single votes that decide. */
export function wouldChange(bot: Bot, state: SymbolState, decision: Decision): readonly string[] {
  const pooled = pool(decision.votes, bot.agentNames, rulesInForce(bot, state).inOrder);
  return [...waiting(bot, state), ...vetoes(decision), ...quorum(bot, pooled), ...thresholds(bot, decision.stance, pooled), ...flips(bot, state, decision)];
}

function waiting({ plan }: Bot, { course }: SymbolState): string[] {
  const left = plan.coordinator.dwell - course.age;
  return left > 0 && course.stance !== "halt" ? [`"${course.stance}" lasts ${left} more ${left === 1 ? "decision" : "decisions"} at least, whatever the votes say, unless a veto halts it.`] : [];
}

function vetoes({ vetoes: standing }: Decision): string[] {
  return standing.map(({ agent, limit, maxExposure }) => `${agent} would have to lift its veto (at most ${percent(maxExposure)} in the market): ${limit}.`);
}

function quorum({ plan }: Bot, { awake }: Pool): string[] {
  return awake < plan.coordinator.quorum ? [`At least ${percent(plan.coordinator.quorum)} of the council has to vote; now it is ${percent(awake)}.`] : [];
}

/** Distances of the pooled figures from where another stance begins. */
function thresholds({ plan }: Bot, stance: Stance, { conviction, ranging }: Pool): string[] {
  const { enter, leave } = plan.coordinator;
  const said: string[] = [];
  // A threshold that is passed already is not what would change anything: then the stance waits, and that is said by itself.
  const say = (isAhead: boolean, sentence: string): void => {
    if (isAhead) said.push(sentence);
  };
  const now = `conviction, now ${signed(conviction)},`;
  if (stance === "accumulate") say(conviction >= leave, `"accumulate" ends when ${now} falls under ${signed(leave)}.`);
  else say(conviction < enter, `"accumulate" begins when ${now} reaches ${signed(enter)}.`);
  if (stance === "reduce") say(conviction <= -leave, `"reduce" ends when ${now} rises over ${signed(-leave)}.`);
  else say(conviction > -enter, `"reduce" begins when ${now} falls to ${signed(-enter)}.`);
  if (stance === "range") say(ranging >= -leave, `"range" ends when the ranging score, now ${signed(ranging)}, falls under ${signed(-leave)}.`);
  else if (stance === "hold") say(ranging < leave, `"range" begins when the ranging score, now ${signed(ranging)}, reaches ${signed(leave)}.`);
  return said;
}

/** Votes that would bring another stance if they pointed the other way, all else the same; found by asking the coordinator. */
function flips(bot: Bot, state: SymbolState, decision: Decision): string[] {
  const { symbol, course } = state;
  const { params } = rulesInForce(bot, state);
  const candidates = bot.plan.strategies.map(({ entry }) => ({ name: entry.name, suits: entry.suits }));
  const stanceOf = (votes: Decision["votes"]): Stance =>
    coordinate({
      symbol, votes, candidates, params,
      time: decision.time,
      agents: bot.agentNames,
      // As if the stance had lasted long enough: how long it still has to is said by itself.
      course: { ...course, age: Number.POSITIVE_INFINITY },
    }).decision.stance;
  const now = stanceOf(decision.votes);
  return decision.votes.flatMap((vote) => {
    if (vote.size !== undefined || vote.score === 0) return [];
    const other = stanceOf(decision.votes.map((one) => (one === vote ? { ...one, score: -one.score } : one)));
    return other === now ? [] : [`If ${vote.agent} voted ${signed(-vote.score)} in place of ${signed(vote.score)}, it would be "${other}".`];
  });
}
