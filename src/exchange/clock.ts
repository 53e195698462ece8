/** How many answers to "what time is it" are remembered. */
const REFERENCES = 1_024;
/** How far in the future a timestamp may lie, milliseconds (Binance's rule). */
const AHEAD = 1_000;

/**
 * The clock that clients see. Market time may run faster than the wall and may jump, and no client can follow that:
 * it measures an offset once and goes on by its own clock. So a timestamp is in time when it fits market time, or
 * the wall, or the clock of a client that went on from a time which it was told. A skew shifts all of them.
 */
export interface ExchangeClock {
  /** What the venue's clock shows, epoch milliseconds. */
  readonly now: () => number;
  /** The same, remembered as told to a client. */
  readonly tell: () => number;
  readonly accepts: (timestamp: number, recvWindow: number) => boolean;
}

/** A clock over market time, the wall and a skew, all in milliseconds. */
export function createClock(market: () => number, skew: () => number, wall: () => number): ExchangeClock {
  const offsets = new Set<number>();
  const now = (): number => Math.round(market() + skew());
  const inTime = (server: number, timestamp: number, recvWindow: number): boolean =>
    timestamp < server + AHEAD && server - timestamp <= recvWindow;
  return {
    now,
    tell: () => {
      offsets.add(market() - wall());
      if (offsets.size > REFERENCES) for (const oldest of offsets) {
        offsets.delete(oldest);
        break;
      }
      return now();
    },
    accepts: (timestamp, recvWindow) => {
      if (inTime(now(), timestamp, recvWindow)) return true;
      const shifted = wall() + skew();
      if (inTime(shifted, timestamp, recvWindow)) return true;
      for (const offset of offsets) {
        if (!inTime(shifted + offset, timestamp, recvWindow)) continue;
        // Moved to the end, so that a clock in use is never the one that is forgotten.
        offsets.delete(offset);
        offsets.add(offset);
        return true;
      }
      return false;
    },
  };
}
