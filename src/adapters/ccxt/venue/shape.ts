import type { z } from "zod";

/** The form of a value, by what of zod is used: a schema, or one with a condition that a single call knows. */
export interface Shape<Value> {
  safeParse(value: unknown): { readonly success: true; readonly data: Value } | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A form with a condition of one call; `wrong` says what does not fit. A schema made anew for every order costs more than the order. */
export function fitting<Raw, Value>(schema: z.ZodType<Raw>, wrong: (raw: Raw) => string | null, make: (raw: Raw) => Value): Shape<Value> {
  return {
    safeParse: (value) => {
      const parsed = schema.safeParse(value);
      if (!parsed.success) return parsed;
      const message = wrong(parsed.data);
      return message === null ? { success: true, data: make(parsed.data) } : { success: false, error: { issues: [{ path: [], message }] } };
    },
  };
}
