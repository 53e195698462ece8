/** Counts what each user asks for: `burst` at once, refilled over `window` milliseconds. */
export class RateLimit {
  readonly #burst: number;
  readonly #window: number;
  readonly #buckets = new Map<number, { left: number; at: number; told: boolean }>();

  constructor(burst: number, window: number) {
    this.#burst = burst;
    this.#window = window;
  }

  /** Whether the user may ask now (epoch milliseconds). "tell" comes once, with the first that is too much. */
  ask(user: number, now: number): "yes" | "tell" | "no" {
    // Whoever is not there any more must not be kept for ever.
    if (this.#buckets.size > 1_000) this.#buckets.clear();
    const bucket = this.#buckets.get(user) ?? { left: this.#burst, at: now, told: false };
    const elapsed = Math.max(0, now - bucket.at);
    bucket.left = Math.min(this.#burst, bucket.left + (elapsed / this.#window) * this.#burst);
    bucket.at = now;
    this.#buckets.set(user, bucket);
    if (bucket.left >= 1) {
      bucket.left -= 1;
      bucket.told = false;
      return "yes";
    }
    if (bucket.told) return "no";
    bucket.told = true;
    return "tell";
  }
}
