import type { z } from "zod";
import { complaint, type Instructable, isRecord, mergeParams, paramsInstruction } from "./instruction.ts";
import type { DesiredOrder } from "./order.ts";
import type { Strategy, StrategyEvent, StrategyView, Watch, WholeAccount, WishChanges } from "./strategy.ts";

/** A strategy with its parameters and state bound inside: what the engine runs, whatever P and S are. */
export interface RunningStrategy {
  readonly name: string;
  readonly suits: Strategy["suits"];
  /** Folds one event; true when the state changed. */
  evolve(event: StrategyEvent): boolean;
  desired(): readonly DesiredOrder[];
  /** By what `desired` differs from what it was when this was called last; `null` when all has to be compared. For the engine alone. */
  changes?(): WishChanges | null;
  /** The closes that it hears now; `null` for all of them. */
  hears?(): Watch | null;
  watch(): Watch | null;
  ladder(): readonly number[];
  warnings(): readonly string[];
  readonly byHand?: boolean;
  /** Hears `portfolio` events. */
  readonly isForAccount?: boolean;
  /** Absent when it takes no instructions. */
  readonly instructions?: Instructable;
}

/** An entry of the strategy list: P and S are closed over, so that the list needs no casts. */
export interface StrategyEntry {
  readonly name: string;
  readonly title: string;
  readonly params: z.ZodType;
  readonly suits: Strategy["suits"];
  /** Trades only what a person instructs; a definition has it when it names it. */
  readonly byHand?: boolean;
  /** A definition that names no strategies does not have it. */
  readonly onlyNamed?: true;
  /** Names of the agents that checked parameters rest on. */
  readonly listensTo?: (params: unknown) => readonly string[];
  /** Of a strategy for the whole account; parameters are checked again here. */
  readonly wholeAccount?: WholeAccount<unknown>;
  /** Starts it with raw parameters (checked again here) on a view that the engine keeps up to date. */
  start(params: unknown, view: StrategyView): RunningStrategy;
}

/** Makes a list entry of a strategy. */
export function strategyEntry<P, S, I = never>(strategy: Strategy<P, S, I>): StrategyEntry {
  const byHand = strategy.byHand === undefined ? {} : { byHand: strategy.byHand };
  const { wholeAccount } = strategy;
  return {
    name: strategy.name,
    title: strategy.title,
    params: strategy.params,
    suits: strategy.suits,
    ...byHand,
    ...(wholeAccount ? { wholeAccount: unparsed(strategy, wholeAccount) } : {}),
    ...(strategy.onlyNamed === undefined ? {} : { onlyNamed: strategy.onlyNamed }),
    ...(strategy.listensTo ? { listensTo: (params: unknown) => strategy.listensTo?.(strategy.params.parse(params)) ?? [] } : {}),
    start: (rawParams, view) => new Running(strategy, strategy.params.parse(rawParams), view),
  };
}

function unparsed<P, S, I>({ params }: Strategy<P, S, I>, account: WholeAccount<P>): WholeAccount<unknown> {
  return {
    shares: (raw, symbols) => account.shares(params.parse(raw), symbols),
    misfit(raw, symbols) {
      // What is wrong with the parameters themselves is told by their own schema.
      const parsed = params.safeParse(raw);
      return parsed.success ? account.misfit(parsed.data, symbols) : null;
    },
  };
}

/** A running strategy of which some answers are given in its place: for who listens in. A spread of it would leave out what its class has. */
export function strategyWith(running: RunningStrategy, own: Partial<RunningStrategy>): RunningStrategy {
  const { name, suits, byHand, isForAccount, instructions } = running;
  return {
    name,
    suits,
    ...(byHand === undefined ? {} : { byHand }),
    ...(isForAccount === undefined ? {} : { isForAccount }),
    ...(instructions === undefined ? {} : { instructions }),
    evolve: (event) => running.evolve(event),
    desired: () => running.desired(),
    changes: () => running.changes?.() ?? null,
    hears: () => running.hears?.() ?? null,
    watch: () => running.watch(),
    ladder: () => running.ladder(),
    warnings: () => running.warnings(),
    ...own,
  };
}

/** What a running strategy remembers. */
interface Memory<P, S> {
  params: P;
  state: S;
}

/**
 * A strategy with its parameters and state inside. A class and not a set of closures: each of the hundred of fifty symbols
 * would have its own of every function, and a decision reads them all.
 */
class Running<P, S, I> implements RunningStrategy {
  readonly name: string;
  readonly suits: Strategy["suits"];
  readonly byHand: boolean;
  readonly isForAccount: boolean;
  readonly instructions?: Instructable;
  readonly #strategy: Strategy<P, S, I>;
  readonly #view: StrategyView;
  readonly #now: Memory<P, S>;
  /** As of the last question for changes. */
  #asked: Readonly<Memory<P, S>>;

  constructor(strategy: Strategy<P, S, I>, params: P, view: StrategyView) {
    this.name = strategy.name;
    this.suits = strategy.suits;
    this.byHand = strategy.byHand === true;
    this.isForAccount = strategy.wholeAccount !== undefined;
    this.#strategy = strategy;
    this.#view = view;
    this.#now = { params, state: strategy.initial(params, view) };
    this.#asked = { ...this.#now };
    if (strategy.instructions !== undefined) this.instructions = instructable(strategy, strategy.instructions, this.#now, view);
  }

  evolve(event: StrategyEvent): boolean {
    const now = this.#now;
    const next = this.#strategy.evolve(now.state, event, this.#view, now.params);
    if (next === now.state) return false;
    now.state = next;
    return true;
  }

  desired(): readonly DesiredOrder[] {
    return this.#strategy.desired(this.#now.state, this.#view, this.#now.params);
  }

  changes(): WishChanges | null {
    if (!this.#strategy.changes) return null;
    const before = this.#asked;
    const { params, state } = this.#now;
    this.#asked = { params, state };
    return params === before.params ? this.#strategy.changes(before.state, state) : null;
  }

  hears(): Watch | null {
    return this.#strategy.hears?.(this.#now.state, this.#view, this.#now.params) ?? null;
  }

  watch(): Watch | null {
    return this.#strategy.watch(this.#now.state, this.#view, this.#now.params);
  }

  ladder(): readonly number[] {
    return this.#strategy.ladder(this.#now.state);
  }

  warnings(): readonly string[] {
    return this.#strategy.warnings(this.#now.state, this.#view, this.#now.params);
  }
}

function instructable<P, S, I>(strategy: Strategy<P, S, I>, schema: z.ZodType<I>, now: Memory<P, S>, view: StrategyView): Instructable {
  const after = (raw: unknown, time: number, seen: StrategyView): Memory<P, S> | string => {
    const parsed = schema.safeParse(raw);
    if (!parsed.success) return complaint(parsed.error);
    const change = paramsInstruction.safeParse(parsed.data);
    const checked = change.success ? strategy.params.safeParse(mergeParams(now.params, change.data.params)) : null;
    if (checked && !checked.success) return complaint(checked.error);
    const params = checked ? checked.data : now.params;
    const refused = strategy.accepts?.(now.state, parsed.data, seen, params) ?? null;
    return refused ?? { params, state: strategy.evolve(now.state, { type: "instruct", time, instruction: parsed.data }, seen, params) };
  };
  return {
    take(instruction, time) {
      const next = after(instruction, time, view);
      if (typeof next === "string") return { refused: next };
      Object.assign(now, next);
      return { refused: null };
    },
    foresee(instruction, time, price) {
      // A copy: what a look leaves behind in the view itself, no replay of the journal would see.
      const seen: StrategyView = { ...view, time, price };
      const next = after(instruction, time, seen);
      if (typeof next === "string") return next;
      const { state, params } = next;
      return {
        desired: strategy.desired(state, seen, params),
        ladder: strategy.ladder(state),
        warnings: strategy.warnings(state, seen, params),
        params: recordOf(params),
        pending: strategy.pending?.(state) ?? [],
      };
    },
    pending: () => strategy.pending?.(now.state) ?? [],
    nextId: () => strategy.nextId?.(now.state) ?? 1,
    params: () => recordOf(now.params),
  };
}

const recordOf = (params: unknown): Readonly<Record<string, unknown>> => (isRecord(params) ? params : {});
