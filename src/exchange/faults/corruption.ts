import { createRandom } from "../../core/random.ts";

/** What stands in the place of a value. Nothing of it can be mistaken for an answer that a venue might give. */
const HOSTILE: readonly unknown[] = [
  null, {}, [], "", "NaN", "Infinity", "-1", "1e400", "0x10", "1,5", "<script>", "'; DROP TABLE orders; --", "\u0000", [[[]]],
  Number.MAX_VALUE, -1, { toString: null }, "9".repeat(400), "x".repeat(100_000),
];

type Holder = Record<string | number, unknown>;

/** A copy of a body in which one value is gone or hostile, chosen by the seed; `null` when it holds no value. */
export function corrupted(body: unknown, seed: number): unknown {
  const copy: unknown = structuredClone(body);
  const places = placesIn(copy);
  const random = createRandom(seed);
  const place = places[Math.floor(random.uniform() * places.length)];
  if (!place) return null;
  const [holder, key] = place;
  const choice = Math.floor(random.uniform() * (HOSTILE.length + 3));
  // Left out: the likeliest thing that a venue does wrong.
  if (choice >= HOSTILE.length) Reflect.deleteProperty(holder, key);
  else holder[key] = HOSTILE[choice];
  return copy;
}

/** Every value in a body, as the object that holds it and its key there. */
function placesIn(body: unknown): (readonly [Holder, string | number])[] {
  if (typeof body !== "object" || body === null) return [];
  const holder = body as Holder;
  return Object.keys(holder).flatMap((key) => [[holder, key] as const, ...placesIn(holder[key])]);
}
