import { z } from "zod";

const model = z
  .string()
  .regex(/^[a-z][a-z0-9_-]*:\S{1,100}$/, "must be provider:model, such as openai:gpt-5-mini or ollama:llama3.2");

/** Whether an address carries a password or a query: keys are never in a definition. */
function holdsSecret(address: string): boolean {
  const parsed = URL.parse(address);
  return parsed !== null && (parsed.username !== "" || parsed.password !== "" || parsed.search !== "");
}

const url = z
  .url({ protocol: /^https?$/ })
  .refine((address) => !holdsSecret(address), "must not carry a key or a password: set CAUCUS_LLM_KEY in the environment");
const prices = z.strictObject({
  input: z.number().min(0).max(10_000).describe("dollars for a million tokens of a prompt"),
  output: z.number().min(0).max(10_000).describe("dollars for a million tokens of an answer"),
});
const server = "address of the server, such as http://127.0.0.1:11434 for Ollama or one that speaks OpenAI's protocol; absent: the provider's own";

/** The part of a definition that names a language model. It is optional, and no key is ever in it. */
export const languageModelSchema = z.strictObject({
  model: model.describe("provider and model, such as openai:gpt-5-mini, anthropic:claude-haiku-4-5 or ollama:llama3.2; whatever LangChain can reach"),
  url: url.optional().describe(server),
  fallback: z
    .strictObject({
      model: model.describe("asked when the first model gives nothing usable"),
      url: url.optional().describe(server),
      prices: prices.optional().describe("what the second model costs"),
    })
    .optional(),
  timeoutSeconds: z.number().min(1).max(300).default(30).describe("longest wait for an answer, retries and the second model included"),
  retries: z.int().min(0).max(5).default(2).describe("further tries of a model that is busy (429), failing (5xx) or out of reach"),
  temperature: z.number().min(0).max(2).default(0).describe("0: as repeatable as the model can be; not sent to models that refuse it"),
  thinkingTokens: z.int().min(0).max(50_000).default(2_000).describe("room for models that think before they answer, tokens; paid as answer"),
  caps: z
    .strictObject({
      callsPerDay: z.int().min(0).max(100_000).default(500).describe("most calls in a UTC day; then the model is silent"),
      tokensPerDay: z.int().min(0).max(1_000_000_000).default(1_000_000).describe("most tokens in a UTC day, prompts and answers"),
      dollarsPerDay: z.number().min(0).max(10_000).default(1).describe("most dollars in a UTC day; holds only for a model with prices"),
    })
    .prefault({}),
  prices: prices.optional().describe("what the model costs; without them money is not counted, and tokens alone are capped"),
});

/** A language model as a definition names it, every default filled in. */
export type LanguageModelSettings = z.infer<typeof languageModelSchema>;
