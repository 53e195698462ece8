import { codeAt, endsWith, indexOf, lower, slice, startsWith } from "./primordials.ts";

/** The four numbers of an IPv4 address as one; null when it is none. */
function ipv4(text: string): number | null {
  let all = 0;
  let part = 0;
  let digits = 0;
  let parts = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at === text.length ? 46 : codeAt(text, at);
    if (code === 46) {
      if (digits === 0 || part > 255) return null;
      all = all * 256 + part;
      part = 0;
      digits = 0;
      parts += 1;
    } else if (code >= 48 && code <= 57 && digits < 3) {
      part = part * 10 + (code - 48);
      digits += 1;
    } else return null;
  }
  return parts === 4 ? all : null;
}

/** Whether a text is an address rather than a name. */
export function isAddress(text: string): boolean {
  return ipv4(text) !== null || indexOf(text, ":") >= 0;
}

/** Whether an address is of this machine itself. */
export function isLoopback(address: string): boolean {
  const number = ipv4(address);
  return number === null ? address === "::1" || startsWith(lower(address), "::ffff:127.") : number >>> 24 === 127;
}

/**
 * Whether an address, as the system's resolver writes it, is one that no public name should have: this machine, a private
 * network, link-local (clouds answer with credentials at 169.254.169.254), multicast. 198.18.0.0/15 is not among them: VPNs
 * give every name a made-up address of it.
 */
export function isPrivate(address: string): boolean {
  const number = ipv4(address);
  if (number === null) return isPrivate6(lower(address));
  const first = number >>> 24;
  const second = (number >>> 16) & 255;
  if (first === 0 || first === 10 || first === 127 || first >= 224) return true;
  if (first === 100) return second >= 64 && second < 128;
  if (first === 169) return second === 254;
  if (first === 172) return second >= 16 && second < 32;
  return first === 192 && second === 168;
}

function isPrivate6(address: string): boolean {
  if (startsWith(address, "::ffff:")) return isPrivate(slice(address, 7));
  if (address === "::" || address === "::1") return true;
  const head = slice(address, 0, 2);
  const third = slice(address, 2, 3);
  if (head === "fc" || head === "fd" || head === "ff") return true;
  return head === "fe" && (third === "8" || third === "9" || third === "a" || third === "b" || third === "c" || third === "d" || third === "e" || third === "f");
}

/** Whether a name is of the machine or of a network at home, which no public resolver knows. */
export function isHomeName(name: string): boolean {
  return name === "localhost" || indexOf(name, ".") < 0 || endsWith(name, ".localhost") || endsWith(name, ".local") || endsWith(name, ".lan") || endsWith(name, ".internal") || endsWith(name, ".home.arpa");
}
