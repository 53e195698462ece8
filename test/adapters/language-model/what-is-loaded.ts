/** A process that tells how much of LangChain is loaded at which moment; the folder for the store is its argument. */
import { registerHooks } from "node:module";

let loaded = 0;
registerHooks({
  resolve: (specifier, context, next) => {
    if (/^(@langchain\/|langchain\/|langsmith)/.test(specifier)) loaded += 1;
    return next(specifier, context);
  },
});

const { openLanguageModel } = await import("../../../src/adapters/language-model/open.ts");
const { languageModelSchema } = await import("../../../src/app/definition/language-model-schema.ts");
const imported = loaded;
const settings = languageModelSchema.parse({ model: "ollama:llama3.2" });
const plan = { settings, folder: process.argv[2] ?? "", keys: { model: null, fallback: null }, secrets: [] };
(await openLanguageModel({ ...plan, mode: "replay" })).close();
const replay = loaded;
(await openLanguageModel({ ...plan, mode: "record" })).close();
process.stdout.write(JSON.stringify({ imported, replay, record: loaded > 0 }));
