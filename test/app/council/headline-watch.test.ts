import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openLanguageModel } from "../../../src/adapters/language-model/open.ts";
import { type HeadlineWatch, watchHeadlines } from "../../../src/app/council/headline-watch.ts";
import { languageModelSchema } from "../../../src/app/definition/language-model-schema.ts";
import type { OutsideNews } from "../../../src/app/trade/outside-news.ts";
import type { OutsideItem } from "../../../src/core/outside.ts";
import { type Heard, type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

vi.setConfig({ testTimeout: 30_000 });

const NOW = Date.UTC(2024, 0, 1, 12);
const title = (id: string, text: string, own: Partial<OutsideItem> = {}): OutsideItem => ({
  source: "headlines", id, symbol: null, published: NOW - 60_000, fetched: NOW - 1_000, known: NOW - 1_000, expires: NOW + 86_400_000, value: null, text, score: null, ...own,
});

async function watched(reply: (question: Heard) => unknown): Promise<{ server: ScriptedServer; watch: HeadlineWatch; news: OutsideNews[]; said: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "caucus-headlines-"));
  const server = await startScriptedServer(reply);
  const settings = languageModelSchema.parse({ model: "openai:scripted", url: server.url, retries: 0, timeoutSeconds: 20 });
  const opened = await openLanguageModel({ settings, folder, mode: "record", keys: { model: "sk-canary-0123456789", fallback: null }, secrets: [] });
  const news: OutsideNews[] = [];
  const said: string[] = [];
  const watch = watchHeadlines({ model: opened.model, now: () => NOW, hear: (one) => news.push(one), say: (message) => said.push(message) });
  onTestFinished(async () => {
    await watch.close();
    opened.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { server, watch, news, said };
}

describe("headlines that are judged beside a running bot", () => {
  it("come back as later versions with a score, each wording asked about once, with the call for the journal", async () => {
    const { server, watch, news } = await watched(() => ({ score: -0.6 }));
    const items = [title("a", "Quiet day for chairs"), title("a", "Quiet day for chairs", { symbol: "BTC" }), title("b", "Tables are green")];
    watch.heard(items);
    await expect.poll(() => news.length, { timeout: 10_000 }).toBe(2);
    expect(server.heard).toHaveLength(2);
    expect(news[0]!.items).toEqual(items.slice(0, 2).map((item) => ({ ...item, score: -0.6, fetched: NOW, known: NOW })));
    expect(news[0]!.notes).toMatchObject([{ type: "model-call", payload: { purpose: "headline", promptVersion: "headline-1", tokensIn: 400 } }]);
  });

  it("are left as they are when they have a score, come from elsewhere or have no words", async () => {
    const { server, watch, news } = await watched(() => ({ score: 0 }));
    watch.heard([title("a", "Judged", { score: 0.2 }), title("b", "Elsewhere", { source: "cryptopanic" }), title("c", "No words", { text: null }), title("d", "The only one")]);
    await expect.poll(() => news.length, { timeout: 10_000 }).toBe(1);
    await watch.close();
    expect(server.heard.map(({ input }) => input)).toEqual(['{"headline":"The only one"}']);
  });

  it("that get no answer keep their words: it is noted each time and said once, and once more when it is over", async () => {
    let broken = true;
    const { watch, news, said } = await watched(() => (broken ? "no" : { score: 0 }));
    watch.heard([title("a", "One"), title("b", "Two")]);
    await expect.poll(() => news.length, { timeout: 10_000 }).toBe(2);
    expect(news.flatMap(({ items }) => items)).toEqual([]);
    expect(news[1]!.notes.at(-1)).toMatchObject({ type: "model-silence", payload: { purpose: "headline", about: "Two", why: "malformed" } });
    expect(said).toEqual([expect.stringMatching(/^Headlines are read by the lexicon alone: /)]);
    broken = false;
    watch.heard([title("c", "Three")]);
    await expect.poll(() => said.length, { timeout: 10_000 }).toBe(2);
    expect(said[1]).toBe("The model reads headlines again.");
  });
});
