/** What a process was refused: where it wanted to go, or what it wanted to start. */
export interface Refusal {
  readonly kind: "name" | "address" | "private" | "socket" | "program" | "native" | "internals";
  /** The host, path or program, at most 120 printable characters. */
  readonly target: string;
  /** How often so far. */
  readonly count: number;
}

/** The one door to the list of hosts that a process may reach. Whoever holds it may add to the list until it is sealed. */
export interface Egress {
  /** Adds `name:port`, `*.name:port`, `1.2.3.4:port`, `[::1]:port`; with `~` before it, the name may have an address of a private network. Throws a RangeError naming the entry that is none of these, or after the seal. */
  readonly allow: (entries: readonly string[]) => void;
  /** Adds the path of a unix socket. */
  readonly allowSocket: (path: string) => void;
  /** Adds a program, by its absolute path, that may be started beside our own. */
  readonly allowProgram: (path: string) => void;
  /** From now on nothing is added. */
  readonly seal: () => void;
  /** What may be reached. */
  readonly entries: () => readonly string[];
  /** What was refused so far, each target once; further targets beyond a hundred are counted as "others". */
  readonly refusals: () => readonly Refusal[];
  /** Tells of each target the first time that it is refused, the past ones included. */
  readonly listen: (listener: (refusal: Refusal) => void) => void;
}
