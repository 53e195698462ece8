// What the guard is made of is taken before anybody else can have changed it. Spreads, `for of`, methods and literals that
// look something up in a prototype have no place in the files of this folder that run after the start: a package that has
// replaced `Array.prototype` would be asked then.
const { apply, construct, ownKeys } = Reflect;
const { create, defineProperty, freeze, getOwnPropertyDescriptor, hasOwn } = Object;
// They are called with `apply` alone.
// eslint-disable-next-line @typescript-eslint/unbound-method
const { indexOf: stringIndexOf, slice: stringSlice, startsWith: stringStartsWith, endsWith: stringEndsWith, toLowerCase: stringLower, charCodeAt: stringCharCodeAt } = String.prototype;

export { apply, construct, create, defineProperty, freeze, getOwnPropertyDescriptor, hasOwn, ownKeys };

/** The part of a text from `start` up to `end`. */
export const slice = (text: string, start: number, end?: number): string => apply(stringSlice, text, [start, end]);
/** Whether a text begins with another. */
export const startsWith = (text: string, head: string): boolean => apply(stringStartsWith, text, [head]);
/** Whether a text ends with another. */
export const endsWith = (text: string, tail: string): boolean => apply(stringEndsWith, text, [tail]);
/** Where a text first has another; -1 for nowhere. */
export const indexOf = (text: string, part: string): number => apply(stringIndexOf, text, [part]);
/** A text in small letters. */
export const lower = (text: string): string => apply(stringLower, text, []);
/** The UTF-16 unit at a place of a text. */
export const codeAt = (text: string, at: number): number => apply(stringCharCodeAt, text, [at]);

/** An object without a prototype: what is not in it is nowhere. */
export const bare = <Value>(): Record<string, Value | undefined> => create(null) as Record<string, Value | undefined>;

/** Replaces a property for good: it can be neither written nor defined again. */
export function pin(owner: object, name: PropertyKey, value: unknown): void {
  const now = getOwnPropertyDescriptor(owner, name);
  const descriptor = create(null) as PropertyDescriptor;
  descriptor.value = value;
  descriptor.writable = false;
  descriptor.configurable = false;
  descriptor.enumerable = now?.enumerable ?? true;
  defineProperty(owner, name, descriptor);
}
