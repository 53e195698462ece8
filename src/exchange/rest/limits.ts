import { Refusal } from "../refusal.ts";

const MINUTE = 60_000;
const TEN_SECONDS = 10_000;

/** What an address may ask for; counted in real time, since clients wait in real time. */
export interface Limits {
  /** Weight of all requests in a minute. */
  readonly weightPerMinute: number;
  /** New orders of an account in ten seconds. */
  readonly ordersPerTenSeconds: number;
  /** Requests over the weight limit that are answered with 429 before the address is banned. */
  readonly patience: number;
  /** How long a ban lasts, seconds. */
  readonly banSeconds: number;
}

/** Binance's limits for spot. */
export const BINANCE_LIMITS: Limits = { weightPerMinute: 6_000, ordersPerTenSeconds: 100, patience: 10, banSeconds: 120 };

/** Counts weights and orders and refuses what is over the limits. */
export interface Limiter {
  /** Counts a request; returns the headers of its answer, or throws 429 or 418. */
  readonly spend: (weight: number) => Readonly<Record<string, string>>;
  /** Counts a new order of an account; throws -1015 over the limit. */
  readonly order: (account: number) => Readonly<Record<string, string>>;
}

/** A limiter over a wall clock in milliseconds. One for the whole server: it listens on this machine alone. */
export function createLimiter(limits: Limits, wall: () => number): Limiter {
  let minute = 0;
  let used = 0;
  let over = 0;
  let bannedUntil = 0;
  const orders = new Map<number, { window: number; count: number }>();
  return {
    spend: (weight) => {
      const now = wall();
      if (now < bannedUntil) throw banned(bannedUntil, now);
      if (Math.floor(now / MINUTE) !== minute) {
        minute = Math.floor(now / MINUTE);
        used = 0;
        over = 0;
      }
      used += weight;
      const headers = { "x-mbx-used-weight": String(used), "x-mbx-used-weight-1m": String(used) };
      if (used <= limits.weightPerMinute) return headers;
      over += 1;
      if (over > limits.patience) {
        bannedUntil = now + limits.banSeconds * 1_000;
        throw banned(bannedUntil, now);
      }
      const seconds = Math.ceil(((minute + 1) * MINUTE - now) / 1_000);
      throw new Refusal(
        -1003,
        `Too much request weight used; current limit is ${limits.weightPerMinute} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`,
        429,
        { ...headers, "retry-after": String(seconds) },
      );
    },
    order: (account) => {
      const window = Math.floor(wall() / TEN_SECONDS);
      const counted = orders.get(account);
      const count = counted?.window === window ? counted.count + 1 : 1;
      orders.set(account, { window, count });
      if (count > limits.ordersPerTenSeconds) {
        throw new Refusal(-1015, `Too many new orders; current limit is ${limits.ordersPerTenSeconds} orders per 10 SECOND.`, 429, { "retry-after": "10" });
      }
      return { "x-mbx-order-count-10s": String(count) };
    },
  };
}

function banned(until: number, now: number): Refusal {
  return new Refusal(
    -1003,
    `Way too much request weight used; IP banned until ${until}. Please use WebSocket Streams for live updates to avoid bans.`,
    418,
    { "retry-after": String(Math.max(1, Math.ceil((until - now) / 1_000))) },
  );
}
