import type { Telegraf } from "telegraf";
import { z } from "zod";
import { BackOff, callOptions, failureOf, isOver, pause } from "./api.ts";
import type { TelegramPatience } from "./settings.ts";
import { ALLOWED_UPDATES } from "./update.ts";

/** Where updates go; it must return at once. */
type Handle = (update: Parameters<Telegraf["handleUpdate"]>[0]) => Promise<void>;

const numbered = z.array(z.looseObject({ update_id: z.int() }));

/**
 * Asks for updates until the signal ends it, whatever Telegram answers. telegraf's own polling is dead after a 409 and
 * keeps the process alive while it waits, so that only its calls are used.
 */
export async function poll(
  parts: {
    readonly telegram: Telegraf["telegram"];
    readonly handle: Handle;
    /** Called after each answer: what comes with the next one has happened since. */
    readonly answered: () => void;
    readonly patience: TelegramPatience;
    readonly warn: (what: string, error: unknown) => void;
  },
  signal: AbortSignal,
): Promise<void> {
  const { telegram, handle, answered, patience, warn } = parts;
  const backOff = new BackOff(patience.backOff);
  let offset = 0;
  let said = "";
  while (!signal.aborted) {
    try {
      // The question itself stays open for as long as a poll lasts.
      const options = callOptions(AbortSignal.any([signal, AbortSignal.timeout(patience.poll + patience.deadline)]));
      const updates: Parameters<Handle>[0][] = await telegram.callApi("getUpdates", { timeout: Math.round(patience.poll / 1_000), offset, allowed_updates: ALLOWED_UPDATES }, options);
      // In the order in which they were sent, however they arrive: a pause and a resume must not change places.
      for (const update of [...updates].sort((a, b) => a.update_id - b.update_id)) {
        await handle(update).catch((error: unknown) => warn("an update was not dealt with", error));
      }
      offset = numbered.parse(updates).reduce((most, { update_id: id }) => Math.max(most, id + 1), offset);
      answered();
      backOff.reset();
      if (said !== "") warn("Telegram answers again", null);
      said = "";
    } catch (error) {
      if (isOver(signal)) return;
      const failure = failureOf(error);
      const what = failure.kind === "conflict" ? "another process fetches this bot's updates" : failure.kind === "denied" ? "Telegram refuses the token" : "Telegram does not answer";
      // Once for each trouble, not with every try.
      if (said !== what) warn(what, error);
      said = what;
      await pause(Math.max(failure.kind === "again" ? (failure.wait ?? 0) : 0, backOff.next()), signal);
    }
  }
}
