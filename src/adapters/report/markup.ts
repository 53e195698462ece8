/** HTML that is safe to put into a page: only `markup` and `trusted` make it. */
export interface Markup {
  readonly html: string;
}

/** What may stand in a template: text is escaped, markup is not, null is nothing. */
export type Child = string | number | Markup | null | readonly Child[];

/** Text with the five characters that mean something in HTML written as entities. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Markup from a template literal. Everything interpolated is escaped unless it is markup itself. */
export function markup(parts: TemplateStringsArray, ...children: readonly Child[]): Markup {
  let html = parts[0] ?? "";
  children.forEach((child, index) => {
    html += render(child) + (parts[index + 1] ?? "");
  });
  return { html };
}

/** Declares text of our own (a script, a stylesheet) to be markup. Never for text from a run. */
export function trusted(html: string): Markup {
  return { html };
}

/** A value as JSON that cannot end the script element it stands in. */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

function render(child: Child): string {
  if (child === null) return "";
  if (typeof child === "string") return escapeHtml(child);
  if (typeof child === "number") return String(child);
  if ("html" in child) return child.html;
  return child.map(render).join("");
}
