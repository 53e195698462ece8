import { z } from "zod";

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day such as 07:30");
const on = (what: string) => z.boolean().default(true).describe(what);

/** Whether a name is that of a time zone. */
function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(0).length > 0;
  } catch {
    return false;
  }
}

/** The part of a definition that opens a running bot to a Telegram chat. The token is never in it. */
export const telegramSchema = z.strictObject({
  users: z
    .array(
      z.strictObject({
        id: z.int().positive().describe("Telegram's number of the user; /start tells it while there is no list"),
        role: z.enum(["viewer", "trader", "owner"]).default("viewer").describe("viewer: sees; trader: acts within the rules; owner: changes them"),
      }),
    )
    .max(20)
    .default([])
    .describe("who is answered, such as {id: 11, role: owner} (viewer, trader, owner); nobody else is"),
  chats: z.array(z.int()).optional().describe("chats that are answered; absent: the private chats of the users. Groups never are"),
  timeZone: z.string().refine(isZone, "must be a time zone such as Europe/Berlin").default("UTC").describe("zone in which times are shown, such as Europe/Berlin"),
  quietHours: z
    .strictObject({ from: timeOfDay.describe("such as 22:00; from then on what is not urgent waits"), to: timeOfDay.describe("such as 07:00") })
    .optional(),
  summaryAt: timeOfDay.default("08:00").describe("when the day's summary is sent"),
  batchSeconds: z.number().min(0).max(3_600).default(5).describe("seconds that a notification waits for others to share its message"),
  notify: z
    .strictObject({
      start: on("the bot has started"),
      stop: on("the bot has stopped, and why"),
      fill: on("an order was filled"),
      roundTrip: on("what was bought was sold, with its profit"),
      decision: on("the council's stance on a symbol has changed"),
      veto: on("an agent has vetoed"),
      riskStop: on("a limit or a breaker stops trading"),
      keys: on("the key was refused, or somebody else than the bot uses the account"),
      trouble: on("trouble with the exchange"),
      recovery: on("the trouble is over"),
      stale: on("a stream or the candles are silent"),
      daily: on("the day's summary"),
    })
    .prefault({}),
  webhook: z
    .strictObject({
      url: z.url({ protocol: /^https$/ }).describe("public address to which Telegram delivers; a proxy with a certificate stands there"),
      host: z.string().default("127.0.0.1").describe("where the bot listens behind it"),
      port: z.int().min(1).max(65_535).default(8_443).describe("where the bot listens behind it"),
    })
    .optional()
    .describe("absent: updates are fetched, which needs no open port"),
});
