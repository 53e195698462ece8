import { isAddress, isHomeName, isLoopback, isPrivate } from "./address.ts";
import { bare, codeAt, endsWith, freeze, indexOf, lower, slice, startsWith } from "./primordials.ts";

/** What may be reached, and what was learned of it. Ports are numbers from 1 to 65535. */
export interface Rules {
  /** Adds `name:port`, `*.name:port`, `1.2.3.4:port` or `[::1]:port`; with `~` before it, its address may be a private one. False when it is none of these, or the ceiling does not have it. */
  add(entry: string): boolean;
  /** Adds the path of a unix socket. */
  addPath(path: string): boolean;
  /** Whether a name may be asked for. */
  mayResolve(name: string): boolean;
  /** Keeps an address that the system's resolver gave for a name. False when a public name has a private address. */
  learn(name: string, address: string): boolean;
  /** Keeps a port of this machine on which this very process listens. */
  listens(port: number): void;
  /** Whether a connection to an address may be made. */
  mayConnect(address: string, port: number): boolean;
  mayConnectPath(path: string): boolean;
  /** Names that an address was given for, for telling which was meant; the address when there are none. */
  nameOf(address: string): string;
  /** Everything that was added, one entry a line. */
  text(): string;
}

/** So many addresses are kept: more than any exchange's network gives in a day, so that months do not fill memory. */
const MOST_LEARNED = 2_048;

/** Makes a list on which nothing stands. A `ceiling` is the list of the process that started this one, one entry a line: nothing beyond it is added. */
export function createRules(ceiling: string | null): Rules {
  const entries = bare<true>();
  const names = bare<true>();
  const paths = bare<true>();
  const suffixes = bare<string>();
  const own = bare<true>();
  const homes = bare<true>();
  const learnedName = bare<string>();
  const learnedAddress = bare<string>();
  let suffixCount = 0;
  let learned = 0;
  let text = "";

  const patternOf = (name: string): string | null => {
    if (names[name]) return name;
    for (let at = 0; at < suffixCount; at += 1) {
      const suffix = suffixes[at];
      if (suffix !== undefined && endsWith(name, suffix) && name.length > suffix.length) return `*${suffix}`;
    }
    return null;
  };
  const isUnderCeiling = (entry: string): boolean => ceiling === null || indexOf(`\n${ceiling}\n`, `\n${entry}\n`) >= 0;
  const note = (entry: string): void => {
    text = text === "" ? entry : `${text}\n${entry}`;
  };

  return freeze({
    add: (entry: string): boolean => {
      const isHome = startsWith(entry, "~");
      const parsed = parseEntry(isHome ? slice(entry, 1) : entry);
      if (parsed === null) return false;
      const { host, port } = parsed;
      const key = `${host}:${port}`;
      if (!isUnderCeiling(`${isHome ? "~" : ""}${textOf(host, port)}`)) return false;
      if (isHome && !isAddress(host)) homes[host] = true;
      if (entries[key]) return true;
      entries[key] = true;
      if (startsWith(host, "*.")) {
        suffixes[suffixCount] = slice(host, 1);
        suffixCount += 1;
      } else if (!isAddress(host)) names[host] = true;
      note(`${isHome ? "~" : ""}${textOf(host, port)}`);
      return true;
    },
    addPath: (path: string): boolean => {
      if (!isUnderCeiling(`unix:${path}`)) return false;
      if (!paths[path]) note(`unix:${path}`);
      paths[path] = true;
      return true;
    },
    mayResolve: (name: string): boolean => patternOf(plain(name)) !== null,
    learn: (given: string, address: string): boolean => {
      const name = plain(given);
      if (isPrivate(address) && !isHomeName(name) && !homes[name]) return false;
      for (let at = 0; at < MOST_LEARNED; at += 1) {
        if (learnedAddress[at] === undefined) break;
        if (learnedAddress[at] === address && learnedName[at] === name) return true;
      }
      learnedAddress[learned % MOST_LEARNED] = address;
      learnedName[learned % MOST_LEARNED] = name;
      learned += 1;
      return true;
    },
    listens: (port: number): void => {
      own[port] = true;
    },
    mayConnect: (address: string, port: number): boolean => {
      if (entries[`${address}:${port}`]) return true;
      // Whoever listens in this very process has nothing to gain from being told something.
      if (own[port] && isLoopback(address)) return true;
      for (let at = 0; at < MOST_LEARNED; at += 1) {
        const name = learnedName[at];
        if (name === undefined) return false;
        if (learnedAddress[at] === address) {
          const pattern = patternOf(name);
          if (pattern !== null && (entries[`${pattern}:${port}`] || entries[`${name}:${port}`])) return true;
        }
      }
      return false;
    },
    mayConnectPath: (path: string): boolean => paths[path] === true,
    nameOf: (address: string): string => {
      for (let at = 0; at < MOST_LEARNED && learnedName[at] !== undefined; at += 1) if (learnedAddress[at] === address) return learnedName[at] ?? address;
      return address;
    },
    text: () => text,
  });
}

/** The parts of an entry; null when it is none. IPv6 stands in brackets. */
export function parseEntry(entry: string): { readonly host: string; readonly port: number } | null {
  let colon = -1;
  for (let at = 0; at < entry.length; at += 1) if (codeAt(entry, at) === 58) colon = at;
  if (colon < 1) return null;
  let port = 0;
  for (let at = colon + 1; at < entry.length; at += 1) {
    const code = codeAt(entry, at);
    if (code < 48 || code > 57) return null;
    port = port * 10 + (code - 48);
  }
  if (port < 1 || port > 65_535) return null;
  let host = plain(slice(entry, 0, colon));
  if (startsWith(host, "[") && endsWith(host, "]")) host = slice(host, 1, host.length - 1);
  else if (indexOf(host, ":") >= 0) return null;
  return isHost(host) ? { host, port } : null;
}

/** Letters, digits, dots, dashes, underscores and, for IPv6, colons; a star only as the first part, before at least two others. */
function isHost(host: string): boolean {
  const name = startsWith(host, "*.") ? slice(host, 2) : host;
  if (name === "" || startsWith(name, ".") || endsWith(name, ".") || indexOf(name, "..") >= 0) return false;
  if (name !== host && indexOf(name, ".") < 0) return false;
  for (let at = 0; at < name.length; at += 1) {
    const code = codeAt(name, at);
    const isWord = (code >= 97 && code <= 122) || (code >= 48 && code <= 58) || code === 45 || code === 46 || code === 95;
    if (!isWord) return false;
  }
  return true;
}

/** A name as it is compared: small letters, without the dot of the root. */
function plain(name: string): string {
  const small = lower(name);
  return endsWith(small, ".") ? slice(small, 0, small.length - 1) : small;
}

const textOf = (host: string, port: number): string => (indexOf(host, ":") >= 0 ? `[${host}]:${port}` : `${host}:${port}`);
