/**
 * The one JSON text of a value: keys sorted, no spaces, properties that are undefined left out. Throws for what JSON
 * would lose in silence (NaN, a function, a Map), since a replay could not give it back.
 */
export function canonicalJson(value: unknown): string {
  const path: (string | number)[] = [];
  try {
    return write(value, path);
  } catch (error) {
    if (!(error instanceof LostError)) throw error;
    const place = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
    throw new TypeError(`payload${place} is ${error.message} JSON cannot hold`);
  }
}

/** What JSON would lose. Where it is, the path says. */
class LostError extends Error {}

/** `path` leads to the value; it is left as it is when the value cannot be written. */
function write(value: unknown, path: (string | number)[]): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new LostError(`${value}, which`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return writeArray(value, path);
  if (typeof value === "object" && isPlain(value)) return writeObject(value as Readonly<Record<string, unknown>>, path);
  throw new LostError(`a ${typeof value} that`);
}

function writeArray(value: readonly unknown[], path: (string | number)[]): string {
  let text = "";
  for (let i = 0; i < value.length; i++) {
    path.push(i);
    text += (i === 0 ? "" : ",") + write(value[i], path);
    path.pop();
  }
  return `[${text}]`;
}

function writeObject(value: Readonly<Record<string, unknown>>, path: (string | number)[]): string {
  let text = "";
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item === undefined) continue;
    path.push(key);
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${write(item, path)}`;
    path.pop();
  }
  return `{${text}}`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
