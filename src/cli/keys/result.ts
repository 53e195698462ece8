import { z } from "zod";
import { ACKNOWLEDGEABLE } from "../../app/keys/permissions.ts";

const time = z.int().describe("epoch milliseconds, UTC");
const store = z.string().describe("path of the key store");

/** A key as others may see it. */
const publicKeySchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  exchange: z.string(),
  account: z.string(),
  scope: z.enum(["read", "trade"]),
  state: z.enum(["added", "verified", "active", "draining", "disabled"]),
  created: time,
  lastUsed: time.nullable().describe("epoch milliseconds, UTC; null when never"),
  expires: time.nullable().describe("epoch milliseconds, UTC; null where the owner named no end"),
  apiKey: z.string().describe("its beginning"),
});

/** What `caucus keys add --json` prints. */
export const keyAddedSchema = z.strictObject({ store, key: publicKeySchema });
export type KeyAdded = z.infer<typeof keyAddedSchema>;

/** What `caucus keys remove --json` prints. */
export const keyRemovedSchema = z.strictObject({ store, removed: publicKeySchema });
export type KeyRemoved = z.infer<typeof keyRemovedSchema>;

/** What `caucus keys list --json` prints. */
export const keyListSchema = z.strictObject({
  store,
  keys: z.array(publicKeySchema.extend({ expiresInDays: z.int().nullable().describe("whole days, rounded down; negative once it is over") })),
});
export type KeyList = z.infer<typeof keyListSchema>;

/** What `caucus keys export-public --json` prints. */
export const publicKeysSchema = z.strictObject({ keys: z.array(publicKeySchema) });
export type PublicKeys = z.infer<typeof publicKeysSchema>;

/** What `caucus keys verify --json` prints: what the exchange says that each key may do. */
export const keyVerdictsSchema = z.strictObject({
  store,
  keys: z.array(
    publicKeySchema.extend({
      ok: z.boolean(),
      findings: z
        .array(
          z.strictObject({
            rule: z.enum(["read", "trade", "withdraw", "ip", "expires", ...ACKNOWLEDGEABLE]),
            name: z.string().describe("the same for people"),
            field: z.string().describe("in the exchange's own words"),
            said: z.enum(["yes", "no", "not said", "bundled"]),
            ok: z.boolean(),
            text: z.string().describe("what is wrong and what to do about it, or why it is accepted; empty where there is nothing to say"),
          }),
        )
        .readonly(),
      failure: z.string().nullable().describe("why there is no answer; null when there is one"),
    }),
  ),
});
export type KeyVerdicts = z.infer<typeof keyVerdictsSchema>;

/** Where a rotation stands when the command ends. */
export const rotationEndSchema = z.enum(["added", "verified", "monitored", "finished", "rolled-back"]);

/** What `caucus keys rotate --json` prints. */
export const keyRotationSchema = z.strictObject({
  from: z.string().describe("id of the old key"),
  to: z.string().describe("id of the new key"),
  stage: rotationEndSchema.describe("how far it has come; monitored: the new key is in use while the old one drains; finished: the old one is disabled"),
  bot: z.string().optional().describe("state folder of the bot that did it; absent where the command did it itself"),
  stillKnown: z.array(z.string()).readonly().optional().describe("ids of disabled keys that the exchange still answers: revoke them there"),
});
export type KeyRotation = z.infer<typeof keyRotationSchema>;

/** What `caucus keys disable --json` prints. */
export const keysDisabledSchema = z.strictObject({
  store,
  disabled: z.array(z.string()).describe("ids"),
  notCanceled: z.array(z.string()).describe("what may still stand at an exchange, in words; empty when all is canceled"),
  steps: z.array(z.string()).describe("what was done, in sentences"),
});
export type KeysDisabled = z.infer<typeof keysDisabledSchema>;
