const ENTITIES: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };

/** What a message in Telegram's HTML says, as plain text of at most `most` characters: for when Telegram refuses the markup. */
export function plainText(html: string, most: number): string {
  const text = html.replace(/<\/?[a-z][^<>]*>/gi, "").replace(/&(?:lt|gt|quot|amp);/g, (entity) => ENTITIES[entity] ?? entity);
  return cut(text, most);
}

/** At most `most` UTF-16 units, as Telegram counts, never half of a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const short = text.slice(0, most - 3);
  return `${/[\uD800-\uDBFF]$/.test(short) ? short.slice(0, -1) : short}...`;
}
