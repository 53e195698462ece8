import type { Button } from "../command.ts";

/** Buttons that turn pages of a command; none where there is but one. Pages count from 1. */
export function pageButtons(command: string, page: number, pages: number, argument: (page: number) => string = String): readonly (readonly Button[])[] {
  if (pages <= 1) return [];
  const to = (text: string, target: number): Button => ({ text, action: { command, argument: argument(target) } });
  const row: Button[] = [];
  if (page > 2) row.push(to("«", 1));
  if (page > 1) row.push(to("‹", page - 1));
  if (page < pages) row.push(to("›", page + 1));
  if (page < pages - 1) row.push(to("»", pages));
  return [row];
}

/** The page that an argument asks for; the first for anything that is no page. */
export function pageFrom(argument: string): number {
  const match = /^\d{1,6}$/.exec(argument.trim());
  return match ? Math.max(1, Number(match[0])) : 1;
}

/** "page 2 of 7"; nothing where there is but one. */
export function pageText(page: number, pages: number): string {
  return pages > 1 ? `page ${page} of ${pages}` : "";
}
