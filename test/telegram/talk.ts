import { until } from "../app/trade/harness.ts";
import type { Sent } from "./bot-api/methods.ts";
import type { Person } from "./bot-api/server.ts";
import type { Doorway } from "./door.ts";

/** Sends a text and waits for the answer to it. */
export async function said({ api }: Doorway, person: Person, text: string): Promise<Sent> {
  const before = api.chat(person).length;
  api.write(person, text);
  await until(`${text} is answered`, () => api.chat(person).length > before);
  return api.chat(person).at(-1)!;
}

/** Presses a button by its text and waits for what comes: a new message, or another text in place of the old one. */
export async function pressed({ api }: Doorway, person: Person, sent: Sent, text: string): Promise<Sent> {
  const button = sent.buttons.flat().find((one) => one.text.startsWith(text));
  if (!button) throw new Error(`no button "${text}" under: ${sent.text}`);
  const [before, old] = [api.chat(person).length, sent.text];
  api.press(person, sent, button.data);
  await until(`"${text}" is answered`, () => api.chat(person).length > before || sent.text !== old);
  return api.chat(person).length > before ? api.chat(person).at(-1)! : sent;
}
