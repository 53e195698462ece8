import type { Refusal } from "../../ports/egress.ts";
import { bare, codeAt, freeze, slice } from "./primordials.ts";

/** Collects refusals: each target once, with how often. */
export interface Reports {
  readonly refuse: (kind: Refusal["kind"], target: string) => void;
  readonly all: () => readonly Refusal[];
  readonly listen: (listener: (refusal: Refusal) => void) => void;
}

/** More targets than these are counted together: whoever tries a million names must not fill memory or a chat. */
const MOST = 100;
const LONGEST = 120;

/** Makes the collection. `later` runs a callback outside whatever is going on. */
export function createReports(later: (work: () => void) => void): Reports {
  const places = bare<number>();
  const kinds = bare<Refusal["kind"]>();
  const targets = bare<string>();
  const counts = bare<number>();
  let size = 0;
  let listener: ((refusal: Refusal) => void) | null = null;

  const at = (place: number): Refusal => freeze({ kind: kinds[place] ?? "name", target: targets[place] ?? "", count: counts[place] ?? 0 });
  const tell = (refusal: Refusal): void => {
    const told = listener;
    if (told === null) return;
    later(() => {
      try {
        told(refusal);
      } catch {
        // Whoever is told must not end what was going on when something was refused.
      }
    });
  };

  return freeze({
    refuse: (kind: Refusal["kind"], given: string): void => {
      const target = size < MOST ? printable(given) : "others";
      const key = `${kind} ${target}`;
      const known = places[key];
      if (known !== undefined) {
        counts[known] = (counts[known] ?? 0) + 1;
        return;
      }
      const place = size;
      size += 1;
      places[key] = place;
      kinds[place] = kind;
      targets[place] = target;
      counts[place] = 1;
      tell(at(place));
    },
    all: () => {
      const list: Refusal[] = [];
      for (let place = 0; place < size; place += 1) list[place] = at(place);
      return list;
    },
    listen: (wanted: (refusal: Refusal) => void): void => {
      listener = wanted;
      for (let place = 0; place < size; place += 1) tell(at(place));
    },
  });
}

/** A text that may go into a log: at most 120 characters, none of them a control or beyond ASCII. */
function printable(text: string): string {
  let shown = "";
  for (let place = 0; place < text.length && place < LONGEST; place += 1) {
    const code = codeAt(text, place);
    shown = `${shown}${code > 32 && code < 127 ? slice(text, place, place + 1) : "?"}`;
  }
  return shown;
}
