/** How what a running bot looks at outside the market stands. None of it stops trading. */
export interface OutsideStatus {
  readonly sources: readonly {
    readonly source: string;
    /** Whether its last fetch was answered; null before the first. */
    readonly good: boolean | null;
    /** One sentence; empty while it answers. */
    readonly why: string;
  }[];
  /** What the language model has taken today; null without one. */
  readonly model: {
    readonly name: string;
    /** The UTC day. */
    readonly day: string;
    readonly calls: number;
    readonly tokens: number;
    /** Dollars; null without prices. */
    readonly cost: number | null;
    /** What is silent now, sentences. */
    readonly notes: readonly string[];
  } | null;
}
