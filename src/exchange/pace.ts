import type { Engine } from "./engine/model.ts";

/** How often market time moves, milliseconds of real time. */
const BEAT = 20;
/** After a pause of the process no more real time than this is made up for, milliseconds. */
const MOST = 1_000;

/** How often the candles of now are told of while time runs, milliseconds. */
const PULSE = 1_000;

/** What moves market time by itself. */
export interface Pace {
  /** Market seconds per second; 0 stands still. */
  readonly speed: () => number;
  readonly set: (speed: number) => void;
}

/** A pace that stands still until it is set; `wall` is a rising clock in milliseconds. `pulse` is called once a second. */
export function createPace(engine: Engine, wall: () => number, pulse: () => void): Pace {
  let speed = 0;
  let timer: NodeJS.Timeout | null = null;
  let last = 0;
  /** Where market time should be: with a fraction, which the engine's whole milliseconds lack. */
  let due = 0;
  let pulsed = 0;
  const stop = (): void => {
    if (timer) clearInterval(timer);
    timer = null;
  };
  const beat = (): void => {
    const now = wall();
    due = Math.max(due, engine.now) + Math.min(MOST, now - last) * speed;
    last = now;
    engine.advance(Math.min(engine.end, due));
    if (now - pulsed >= PULSE) {
      pulsed = now;
      pulse();
    }
    if (engine.now >= engine.end) stop();
  };
  return {
    speed: () => speed,
    set: (next) => {
      stop();
      speed = next;
      last = wall();
      if (speed > 0) timer = setInterval(beat, BEAT);
    },
  };
}
