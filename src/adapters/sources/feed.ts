import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { SourceError } from "../../ports/source.ts";

/** One entry of a feed, as it is written there. */
export interface FeedEntry {
  /** What the feed knows it by: guid, id or link. */
  readonly key: string;
  readonly title: string;
  /** Epoch milliseconds. */
  readonly published: number;
}

const MOST_ENTRIES = 200;
const ENTRY_TAGS = new Set(["item", "entry", "link"]);

/** Entities stay as they are written: what a document declares is never expanded. */
const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "@", parseTagValue: false, processEntities: false, maxNestedTags: 30, isArray: (tag) => ENTRY_TAGS.has(tag) });

const words = z.union([z.string(), z.object({ "#text": z.string() }).transform((node) => node["#text"])]);
const link = z.union([z.string(), z.object({ "@href": z.string() }).transform((node) => node["@href"]), z.object({ "#text": z.string() }).transform((node) => node["#text"])]);
const entry = z.object({
  title: words,
  guid: words.optional().catch(undefined),
  id: words.optional().catch(undefined),
  link: z.array(link).optional().catch(undefined),
  pubDate: words.optional().catch(undefined),
  published: words.optional().catch(undefined),
  updated: words.optional().catch(undefined),
  "dc:date": words.optional().catch(undefined),
});
const rss = z.object({ rss: z.object({ channel: z.union([z.object({ item: z.array(z.unknown()).default([]) }), z.literal("").transform(() => ({ item: [] }))]) }) }).transform((feed) => feed.rss.channel.item);
const atom = z.object({ feed: z.object({ entry: z.array(z.unknown()).default([]) }) }).transform((feed) => feed.feed.entry);

/** The dated entries of an RSS 2.0 or Atom feed. Throws a SourceError when it is none, or not one of them can be read. */
export function readFeed(name: string, xml: string): FeedEntry[] {
  const head = xml.slice(0, Math.max(0, xml.search(/<[A-Za-z]/)));
  if (/<!DOCTYPE|<!ENTITY/i.test(head)) throw new SourceError("malformed", `${name} begins with a document type, which no feed needs, and was not read`);
  // A feed that was cut off would end in half a title.
  if (!/<\/(?:rss|feed)>\s*$/.test(xml)) throw new SourceError("malformed", `${name} is not a whole RSS or Atom feed`);
  const entries = shapeOf(name, xml).slice(0, MOST_ENTRIES);
  const found = entries.flatMap((raw): FeedEntry[] => {
    const parsed = entry.safeParse(raw);
    if (!parsed.success) return [];
    const one = parsed.data;
    const published = Date.parse(one.pubDate ?? one.published ?? one.updated ?? one["dc:date"] ?? "");
    if (!Number.isFinite(published) || published <= 0) return [];
    return [{ key: one.guid ?? one.id ?? one.link?.[0] ?? one.title, title: one.title, published }];
  });
  if (entries.length > 0 && found.length === 0) throw new SourceError("malformed", `${name} has ${entries.length} entries, none with a title and a date`);
  return found;
}

function shapeOf(name: string, xml: string): readonly unknown[] {
  try {
    return z.union([rss, atom]).parse(parser.parse(xml));
  } catch {
    throw new SourceError("malformed", `${name} is not an RSS 2.0 or Atom feed`);
  }
}
