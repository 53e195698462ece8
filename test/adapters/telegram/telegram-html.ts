/** Tags that our messages may use. */
const ALLOWED = new Set(["b", "i", "u", "s", "code", "pre", "a"]);

/** What is wrong with a text for Telegram's HTML parser, and for our own rules; null when nothing is. */
export function faultOf(html: string, most = 4_096): string | null {
  if (html.length > most) return `${html.length} characters, ${most} are allowed`;
  if (html.replace(/<[^>]*>/g, "").trim() === "") return "says nothing";
  if (!html.isWellFormed()) return "half a character";
  const open: string[] = [];
  for (let i = 0; i < html.length; i++) {
    const character = html[i];
    if (character === ">") return `a bare > at ${i}`;
    if (character === "&") {
      const entity = /^&(?:lt|gt|amp|quot);/.exec(html.slice(i, i + 8));
      if (!entity) return `a bare & at ${i}`;
      i += entity[0].length - 1;
    } else if (character === "<") {
      const tag = /^<(\/?)([a-z]+)(?: href="[^"<>]*")?>/.exec(html.slice(i, i + 300));
      if (!tag || !ALLOWED.has(tag[2]!)) return `no tag of ours at ${i}: ${html.slice(i, i + 20)}`;
      if (tag[1] === "/") {
        if (open.pop() !== tag[2]) return `</${tag[2]!}> closes what is not open at ${i}`;
      } else {
        if (open.at(-1) === "pre" || open.at(-1) === "code") return `a tag inside <${open.at(-1)!}> at ${i}`;
        open.push(tag[2]!);
      }
      i += tag[0].length - 1;
    }
  }
  return open.length > 0 ? `<${open.join("><")}> is never closed` : null;
}

/** What a reader sees. */
export function seen(html: string): string {
  return html.replace(/<[^>]*>/g, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}
