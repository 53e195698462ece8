const TAGS = new Set(["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote", "tg-spoiler", "span", "a"]);
const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

/** What Telegram makes of text in its HTML: the text after entities, or why it does not take it. */
export function parseHtml(html: string): { readonly text: string } | { readonly problem: string } {
  const open: string[] = [];
  let text = "";
  for (let at = 0; at < html.length; ) {
    const rest = html.slice(at);
    if (rest.startsWith("<")) {
      const tag = /^<(\/?)([a-z-]+)((?:\s+[a-z-]+="[^"<>]*")*)\s*>/i.exec(rest);
      if (!tag) return { problem: `can't parse entities: Unsupported start tag at byte offset ${at}` };
      const [whole, slash, name = ""] = tag;
      if (!TAGS.has(name.toLowerCase())) return { problem: `can't parse entities: Unsupported start tag "${name}" at byte offset ${at}` };
      if (slash === "") open.push(name);
      else if (open.pop() !== name) return { problem: `can't parse entities: Unexpected end tag at byte offset ${at}` };
      at += whole.length;
      continue;
    }
    const entity = /^&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-f]{1,6}));/i.exec(rest);
    if (entity) {
      const [whole, named, decimal, hex] = entity;
      text += named !== undefined ? NAMED[named.toLowerCase()]! : String.fromCodePoint(Number.parseInt(decimal ?? hex ?? "63", decimal === undefined ? 16 : 10));
      at += whole.length;
      continue;
    }
    text += rest.charAt(0);
    at += 1;
  }
  return open.length > 0 ? { problem: `can't parse entities: Can't find end tag corresponding to start tag "${open.at(-1)}"` } : { text };
}
