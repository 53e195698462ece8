/** A value, or one or two sentences for a person: what is wrong and what to change. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** The outcome that holds a value. */
export const found = <T>(value: T): Outcome<T> => ({ ok: true, value });

/** The outcome that says why there is no value. */
export const refused = (why: string): Outcome<never> => ({ ok: false, why });
