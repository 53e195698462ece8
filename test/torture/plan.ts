import type { Random } from "../../src/core/random.ts";
import type { FaultRequest } from "../../src/exchange/faults/catalogue.ts";
import { type Death, POINTS, type Point } from "./deaths.ts";

/** What the exchange can have done at the moment at which it kills the bot: nobody has heard of it yet. */
export const DEEDS = ["NEW", "TRADE", "CANCELED"] as const;

/** How a bot is going to die. */
export type Doom =
  /** By its own hand, at a named point. */
  | { readonly by: "point"; readonly death: Death }
  /** When the exchange has done something for the n-th time, before the answer leaves. */
  | { readonly by: "deed"; readonly deed: (typeof DEEDS)[number]; readonly nth: number }
  /** By the clock, after so many ms. */
  | { readonly by: "clock"; readonly after: number };

const pick = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)] as T;

/** Points that only a bot which cancels comes to. */
export function needsCancel(doom: Doom): boolean {
  return (doom.by === "point" && doom.death.point.includes("cancel")) || (doom.by === "deed" && doom.deed === "CANCELED");
}

/** The end of a bot that trades. */
export function chooseDoom(random: Random): Doom {
  const kind = random.uniform();
  if (kind < 0.5) {
    const point = pick(random, POINTS);
    return { by: "point", death: { point, nth: 1 + random.integer(point.includes("commit") ? 12 : 4) } };
  }
  if (kind < 0.75) return { by: "deed", deed: pick(random, DEEDS), nth: 1 + random.integer(4) };
  return { by: "clock", after: random.integer(400) };
}

/** Points that a recovery comes to, too. */
const EARLY: readonly Point[] = ["before a commit", "after a commit", "claimed and not sent", "before a submit leaves", "a submit is answered and not written down", "a fill is booked and its counter order not sent"];

/** The end of a bot that recovers. */
export function chooseEarlyDoom(random: Random): Doom {
  if (random.uniform() < 0.3) return { by: "clock", after: random.integer(250) };
  return { by: "point", death: { point: pick(random, EARLY), nth: 1 + random.integer(5) } };
}

const SUBMIT = { method: "POST", path: "/api/v3/order" } as const;
const NAMES = ["http-500", "http-502", "http-503", "http-504", "error-1006", "error-1007", "reset-before", "reset-after", "torn-json"] as const;

/** Something that goes wrong on the wire, on an order mostly. */
export function chooseFault(random: Random): FaultRequest {
  const nth = 1 + random.integer(6);
  const kind = random.uniform();
  if (kind < 0.25) return { name: "timeout-after-accept", nth };
  if (kind < 0.4) return { name: "timeout-before-accept", nth };
  const name = pick(random, NAMES);
  if (kind < 0.65) return { name, ...SUBMIT, nth };
  if (kind < 0.75) return { name, method: "DELETE", path: "/api/v3/order", nth };
  return { name, nth: 1 + random.integer(25) };
}

/** A doom in a few words. */
export function textOf(doom: Doom): string {
  if (doom.by === "clock") return `by the clock after ${doom.after} ms`;
  if (doom.by === "deed") return `${doom.deed} no. ${doom.nth} on the exchange`;
  return `${doom.death.point}, no. ${doom.death.nth}`;
}
