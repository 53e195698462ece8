import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { openLanguageModel, type LanguageModelPlan, type OpenLanguageModel } from "../../../src/adapters/language-model/open.ts";
import { languageModelSchema } from "../../../src/app/definition/language-model-schema.ts";
import type { Question } from "../../../src/ports/language-model.ts";
import { startModelServer, type ModelServer } from "./server.ts";

/** A key that must turn up nowhere but in the header that carries it. */
export const CANARY = "sk-canary-0123456789abcdef";

/** What the tests ask for. */
export const opinionSchema = z.strictObject({ score: z.number().min(-1).max(1), reason: z.string().max(200) });
type Opinion = z.infer<typeof opinionSchema>;

/** A question of the tests. */
export function opinion(more: Partial<Question<Opinion>> = {}): Question<Opinion> {
  return { purpose: "headline", promptVersion: "1", system: "Judge the headline.", input: "Bitcoin rises", schema: opinionSchema, maxOutputTokens: 200, ...more };
}

/** The answer that fits. */
export const GOOD = { kind: "answer", text: '{"score":0.5,"reason":"prices rise"}' } as const;

/** Which client is driven, and where its protocol is served. */
export const CLIENTS = [
  { client: "ChatOpenAI", model: "openai:gpt-4o-mini", path: "/v1" },
  { client: "ChatOllama", model: "ollama:llama3.2", path: "" },
] as const;

/** A server, a folder and models on both, all gone after the test. */
export interface Bench {
  readonly server: ModelServer;
  readonly folder: string;
  readonly open: (settings: Readonly<Record<string, unknown>>, more?: Partial<LanguageModelPlan>) => Promise<OpenLanguageModel>;
  /** Every row of a table of the store. */
  readonly rows: (table: "calls" | "answers" | "spending") => Record<string, unknown>[];
  readonly close: () => Promise<void>;
}

/** Sets a bench up. */
export async function setUpBench(): Promise<Bench> {
  const server = await startModelServer(GOOD);
  const folder = mkdtempSync(join(tmpdir(), "caucus-model-"));
  const opened: OpenLanguageModel[] = [];
  return {
    server,
    folder,
    open: async (settings, more = {}) => {
      const one = await openLanguageModel({
        ...{ settings: languageModelSchema.parse(settings), folder, mode: "record", secrets: [], firstWaitMs: 1 },
        ...{ keys: { model: CANARY, fallback: CANARY }, ...more },
      });
      opened.push(one);
      return one;
    },
    rows: (table) => {
      const db = new DatabaseSync(join(folder, "language-model.sqlite"), { readOnly: true });
      const rows = db.prepare(`SELECT * FROM ${table}`).all();
      db.close();
      return rows;
    },
    close: async () => {
      for (const one of opened) one.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
