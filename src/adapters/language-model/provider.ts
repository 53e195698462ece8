import type { ConfigurableModel } from "langchain/chat_models/universal";
import type { LanguageModelSettings } from "../../app/definition/language-model-schema.ts";
import { UserError } from "../../core/user-error.ts";

/** Dollars for a million tokens. */
export type Prices = NonNullable<LanguageModelSettings["prices"]>;

/** One model at one address, with its key. */
export interface ProviderPlan {
  /** Such as "openai:gpt-5-mini". */
  readonly name: string;
  readonly url: string | undefined;
  readonly key: string | null;
  readonly prices: Prices | null;
}

/** What one attempt needs of its client. */
export interface ClientPlan {
  readonly fetch: typeof fetch;
  readonly maxOutputTokens: number;
  /** Null: none is sent. */
  readonly temperature: number | null;
  /** The most tokens that prompt and answer may take. */
  readonly mostTokens: number;
}

/** A model that can be reached. */
export interface Provider {
  readonly plan: ProviderPlan;
  /** The provider's part of the name, such as "openai". */
  readonly kind: string;
  /** A client for one attempt: nothing is shared between attempts, so that ending one ends no other. */
  readonly connect: (plan: ClientPlan) => Promise<ConfigurableModel>;
}

/** What would make LangChain send prompts to a service of its own, print them, or take another way to the provider. */
const CALLS_HOME = ["LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING", "LANGCHAIN_TRACING", "LANGCHAIN_VERBOSE", "LANGSMITH_GATEWAY"];

/** The rooms for prompt and answer that Ollama is asked for, tokens: another room makes it load the model again. */
const OLLAMA_CONTEXTS = [8_192, 32_768, 131_072];

/** Models of OpenAI that think first: they take no temperature. */
const THINKING_OPENAI = /^(o\d|gpt-[5-9](?!.*chat))/;

/** The two halves of a name such as "openai:gpt-5-mini". */
export function splitName(name: string): { readonly kind: string; readonly model: string } {
  const colon = name.indexOf(":");
  return { kind: name.slice(0, colon), model: name.slice(colon + 1) };
}

/** Whether the model is sent a temperature at all. */
export function takesTemperature(name: string): boolean {
  const { kind, model } = splitName(name);
  return kind !== "openai" || !THINKING_OPENAI.test(model);
}

/** Loads LangChain and makes sure that it can reach a model; a `UserError` says what is missing. */
export async function openProvider(plan: ProviderPlan): Promise<Provider> {
  silenceTracing();
  const { initChatModel, MODEL_PROVIDER_CONFIG } = await import("langchain/chat_models/universal");
  const { kind, model } = splitName(plan.name);
  if (!Object.hasOwn(MODEL_PROVIDER_CONFIG, kind)) {
    throw new UserError(`languageModel: the provider "${kind}" of ${plan.name} is not known; known are ${Object.keys(MODEL_PROVIDER_CONFIG).join(", ")}.`);
  }
  const connect: Provider["connect"] = async (client) => {
    // The environment may have been changed since.
    silenceTracing();
    return await initChatModel(model, { modelProvider: kind, maxRetries: 0, ...fieldsOf(kind, plan, client) });
  };
  try {
    await connect({ fetch, maxOutputTokens: 1, temperature: null, mostTokens: 1 });
  } catch (error) {
    throw new UserError(cannotOpen(plan.name, error));
  }
  return { plan, kind, connect };
}

function silenceTracing(): void {
  for (const name of CALLS_HOME) Reflect.deleteProperty(process.env, name);
}

function fieldsOf(kind: string, plan: ProviderPlan, { fetch, maxOutputTokens, temperature, mostTokens }: ClientPlan): Record<string, unknown> {
  const common = temperature === null ? {} : { temperature };
  const key = plan.key === null ? {} : { apiKey: plan.key };
  // Addresses are always given: a variable such as OPENAI_BASE_URL must not send the key elsewhere.
  switch (kind) {
    case "openai":
      return {
        ...common,
        apiKey: plan.key ?? "no-key",
        maxTokens: maxOutputTokens,
        // Nothing is stored there for later.
        zdrEnabled: true,
        configuration: { fetch, logLevel: "off", baseURL: plan.url ?? "https://api.openai.com/v1" },
      };
    case "anthropic":
      return {
        ...common,
        apiKey: plan.key ?? "no-key",
        maxTokens: maxOutputTokens,
        anthropicApiUrl: plan.url ?? "https://api.anthropic.com",
        // ANTHROPIC_AUTH_TOKEN would be sent along by itself, to any address.
        clientOptions: { fetch, logLevel: "off", authToken: null },
      };
    case "ollama":
      return {
        ...common,
        fetch,
        baseUrl: plan.url ?? "http://127.0.0.1:11434",
        headers: plan.key === null ? {} : { Authorization: `Bearer ${plan.key}` },
        numPredict: maxOutputTokens,
        numCtx: OLLAMA_CONTEXTS.find((room) => room >= mostTokens) ?? OLLAMA_CONTEXTS.at(-1),
        think: false,
      };
    default:
      return { ...common, ...key, maxTokens: maxOutputTokens, maxOutputTokens, ...(plan.url === undefined ? {} : { baseUrl: plan.url, baseURL: plan.url }) };
  }
}

function cannotOpen(name: string, error: unknown): string {
  const said = error instanceof Error ? error.message : "no reason given";
  const missing = /Unable to import (\S+?)\. /.exec(said)?.[1];
  if (missing !== undefined) return `languageModel: ${name} needs a package that is not installed: npm install ${missing}`;
  // What a client says when it lacks a key may quote the environment: its words are not repeated.
  if (/key|credential|token|auth/i.test(said)) return `languageModel: ${name} needs a key: set CAUCUS_LLM_KEY, or the provider's own variable, in the environment.`;
  return `languageModel: ${name} cannot be set up as it is configured (${said.slice(0, 200)}).`;
}
