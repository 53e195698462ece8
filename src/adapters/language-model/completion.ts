import { z } from "zod";

const usageSchema = z.object({ prompt_tokens: z.number(), completion_tokens: z.number() });
const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z.array(z.object({ function: z.object({ arguments: z.string() }) })).nullish(),
        }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: usageSchema.nullish().catch(null),
});

/**
 * A chat completion of OpenAI's protocol as the message that LangChain would make of it; null when it is none. OpenAI's
 * client throws an answer away whose text is not JSON, tokens and all, and LangChain leaves refusals out.
 */
export function completionMessage(body: string | null): object | null {
  if (body === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return null;
  }
  const parsed = completionSchema.safeParse(json);
  const choice = parsed.data?.choices[0];
  if (choice === undefined) return null;
  const { message, finish_reason: finish } = choice;
  const usage = parsed.data?.usage;
  return {
    content: message.tool_calls?.[0]?.function.arguments ?? message.content ?? "",
    additional_kwargs: { refusal: message.refusal },
    response_metadata: { finish_reason: finish },
    ...(usage ? { usage_metadata: { input_tokens: usage.prompt_tokens, output_tokens: usage.completion_tokens } } : {}),
  };
}
