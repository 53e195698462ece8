import type { z } from "zod";
import type { CandleView } from "./candle-view.ts";
import type { Indicators } from "./indicators/indicators.ts";
import type { RiskProfile } from "./risk-profiles.ts";
import type { OutsideView } from "./outside.ts";

/** A price zone where the market has turned before. */
export interface Level {
  readonly kind: "support" | "resistance";
  /** Centre of the zone, in quote. */
  readonly price: number;
  /** 0..1: how much it has mattered (touches, recency, volume, bounces). */
  readonly strength: number;
  readonly touches: number;
}

/** A cap that an agent puts on exposure; 0 means "hold nothing". */
export interface Veto {
  /** 0..1: the largest share of the symbol's capital that may be in the market. */
  readonly maxExposure: number;
  /** The limit that was reached, in words a person understands. */
  readonly limit: string;
}

/** What the account looks like to an agent at the decision. Shares are of total equity, 0..1. */
export interface AccountView {
  /** Total equity in quote. */
  readonly equity: number;
  /** Fall from the highest equity so far, 0..1. */
  readonly drawdown: number;
  /** Share of equity held in this symbol. */
  readonly exposure: number;
  /** Share of equity held in all symbols together. */
  readonly totalExposure: number;
}

/** All that an agent may see: nothing in it is later than the close of the last bar. */
export interface Observation {
  readonly symbol: string;
  /** Close time of the newest bar, epoch milliseconds. */
  readonly time: number;
  /** Closed bars of the decision timeframe, newest last. */
  readonly candles: CandleView;
  /** Indicators over the same bars, as of the newest one. */
  readonly indicators: Indicators;
  readonly account: AccountView;
  /** What was published outside the market and known by now. */
  readonly outside: OutsideView;
  /** The owner's limits, when they were changed while the bot ran; absent while those of its beginning hold. */
  readonly limits?: RiskProfile;
  /** Nobody will read the reason and the evidence, as in a search of thousands of runs: both may be left empty. Nothing else may rest on it. */
  readonly isUnread?: boolean;
}

/** A number or a short text that an agent gives as its ground. */
export type Evidence = Readonly<Record<string, number | string | boolean>>;

/** What an agent gives when nobody will read its grounds. */
export const NO_EVIDENCE: Evidence = Object.freeze({});

/** An agent's answer, before it is signed with name, symbol and time. */
export interface Opinion {
  /** -1 (surely down) to 1 (surely up) over the horizon. */
  readonly score: number;
  /** 0..1. */
  readonly confidence: number;
  /** One sentence, with its numbers. */
  readonly reason: string;
  readonly evidence: Evidence;
  readonly levels?: readonly Level[];
  readonly veto?: Veto;
  /** -1 (trending) to 1 (ranging): given by agents that judge the kind of market. */
  readonly ranging?: number;
  /** 0..1: the exposure that this agent allows when it agrees; given by agents that size. */
  readonly size?: number;
}

/** A signed opinion. It counts until `expires` (epoch milliseconds). */
export interface Vote extends Opinion {
  readonly agent: string;
  readonly symbol: string;
  readonly time: number;
  readonly expires: number;
}

/** One voter. `vote` is pure: the same observation gives the same opinion; `null` abstains. */
export interface Agent<P = unknown> {
  readonly name: string;
  /** One line for `caucus agents`. */
  readonly title: string;
  readonly params: z.ZodType<P>;
  /** It only sizes and vetoes: it has no view on direction, so it is neither pooled nor scored. */
  readonly sizes?: true;
  /** What a definition must have before this agent sits in its council unasked; absent: nothing. With `order-flow` or `languageModel` it sits only where it is named. */
  readonly needs?: "sources" | "order-flow" | "languageModel";
  /** Bars of the decision timeframe that must have closed before the first vote. */
  warmup(params: P): number;
  vote(observation: Observation, params: P): Opinion | null;
}

/** Declares an agent; the identity function, here for inference. */
export function defineAgent<P>(agent: Agent<P>): Agent<P> {
  return agent;
}

/** An agent with its parameters bound inside: what the engine runs, whatever P is. */
export interface RunningAgent {
  readonly name: string;
  readonly sizes?: true;
  /** Bars of the decision timeframe before the first vote. */
  readonly warmup: number;
  vote(observation: Observation): Opinion | null;
}

/** An entry of the agent list: P is closed over, so that the list needs no casts. */
export interface AgentEntry {
  readonly name: string;
  readonly title: string;
  readonly params: z.ZodType;
  /** What a definition must have before this agent sits in its council unasked; absent: nothing. With `order-flow` or `languageModel` it sits only where it is named. */
  readonly needs?: "sources" | "order-flow" | "languageModel";
  /** Binds raw parameters, checked here once more. */
  start(params: unknown): RunningAgent;
}

/** Makes a list entry of an agent. */
export function agentEntry<P>(agent: Agent<P>): AgentEntry {
  return {
    name: agent.name,
    title: agent.title,
    params: agent.params,
    ...(agent.needs === undefined ? {} : { needs: agent.needs }),
    start(rawParams) {
      const params = agent.params.parse(rawParams);
      return { name: agent.name, ...(agent.sizes ? { sizes: true } : {}), warmup: agent.warmup(params), vote: (observation) => agent.vote(observation, params) };
    },
  };
}
