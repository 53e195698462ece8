/** What can be done to the next events of a channel. */
export type DistortionKind = "duplicate-next" | "swap-next" | "lose-next";

interface Armed {
  readonly kind: DistortionKind;
  readonly event: string | undefined;
  left: number;
}

/** Doubles, swaps and loses events on their way to the clients of a channel. */
export interface Distortion<T> {
  readonly arm: (kind: DistortionKind, count: number, event?: string) => void;
  readonly clear: () => void;
  readonly pass: (event: T) => void;
}

/** A distortion in front of `deliver`; `nameOf` gives the name by which a fault picks its events. */
export function createDistortion<T>(nameOf: (event: T) => string, deliver: (event: T) => void): Distortion<T> {
  const armed: Armed[] = [];
  let kept: { readonly event: T; readonly name: string | undefined } | null = null;
  const release = (): void => {
    const waiting = kept;
    kept = null;
    if (waiting) deliver(waiting.event);
  };
  return {
    arm: (kind, count, event) => void armed.push({ kind, event, left: count }),
    clear: () => {
      armed.length = 0;
      release();
    },
    pass: (event) => {
      const name = nameOf(event);
      if (kept && (kept.name === undefined || kept.name === name)) {
        deliver(event);
        release();
        return;
      }
      const fault = armed.find((candidate) => candidate.event === undefined || candidate.event === name);
      if (!fault) {
        deliver(event);
        return;
      }
      fault.left -= 1;
      if (fault.left === 0) armed.splice(armed.indexOf(fault), 1);
      if (fault.kind === "lose-next") return;
      if (fault.kind === "swap-next") {
        kept = { event, name: fault.event };
        return;
      }
      deliver(event);
      deliver(event);
    },
  };
}
