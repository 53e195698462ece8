/** Longest title that is kept, in characters. */
const LONGEST = 300;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", hellip: "...", ndash: "-", mdash: "-", lsquo: "'", rsquo: "'", ldquo: '"', rdquo: '"' };

/**
 * A title from the web as plain words on one line: compatibility forms folded (NFKC), markup dropped, controls, invisible
 * and direction-changing characters removed, at most 300 characters. It is data, whatever it says.
 */
export function plainWords(raw: string): string {
  // Far more than is kept, so that a huge title costs nothing.
  const text = decode(decode(raw.slice(0, 20 * LONGEST)))
    .replace(/<[^<>]{0,1000}>/g, " ")
    .normalize("NFKC")
    .replace(/\s/gu, " ")
    .replace(/[\p{C}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u3164\uFE00-\uFE0F\uFFA0]/gu, "")
    .replace(/\p{Z}+/gu, " ")
    .trim();
  return Array.from(text).slice(0, LONGEST).join("").trim();
}

/** XML's five entities, the commonest of HTML's, and characters by number. Nothing that a document declares. */
function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole: string, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : "";
  });
}
