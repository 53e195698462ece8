import type { Journal, JournalEntry } from "../../ports/journal.ts";
import type { LogRow, Page } from "../../ports/operator.ts";
import { pageAt } from "./page.ts";

/** Characters of an entry's text at the most. */
const LONGEST = 200;

/** A page of the journal in words, newest first. */
export function logPage(journal: Pick<Journal, "entries" | "lastSequence">, page: number, size: number): Page<LogRow> {
  const total = journal.lastSequence;
  const at = pageAt(total, page, size);
  const rows: LogRow[] = [];
  const [first, last] = [total - at.to + 1, total - at.from];
  if (total > 0) {
    for (const entry of journal.entries(first)) {
      if (entry.sequence > last) break;
      rows.push(logRow(entry));
    }
  }
  return { rows: rows.reverse(), page: at.page, pages: at.pages, total };
}

function logRow({ sequence, time, type, payload }: JournalEntry): LogRow {
  return { sequence, time, type, text: textOf(JSON.parse(payload)).slice(0, LONGEST) };
}

/** What is plain in a payload, "name value" each; of what came of an event how much it was. */
function textOf(payload: unknown): string {
  if (!isRecord(payload)) return "";
  const own = isRecord(payload["event"]) ? payload["event"] : payload;
  const order = isRecord(own["instruction"]) ? JSON.stringify(own["instruction"]) : "";
  const plain = Object.entries(own).flatMap(([name, value]) => (["string", "number", "boolean"].includes(typeof value) && !["type", "time", "id"].includes(name) ? [`${name} ${String(value)}`] : []));
  const came = isRecord(payload["event"]) ? [counted(payload["requests"], "request"), counted(payload["notices"], "notice"), isRecord(payload["decision"]) ? `decision ${String(payload["decision"]["stance"])}` : ""] : [];
  return [...plain, order, ...came].filter((part) => part !== "").join(", ");
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const counted = (value: unknown, noun: string): string => (Array.isArray(value) && value.length > 0 ? `${value.length} ${noun}${value.length === 1 ? "" : "s"}` : "");
