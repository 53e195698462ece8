import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

/** A question as it reached the server: instructions and data. */
export interface Heard {
  readonly system: string;
  readonly input: string;
}

/** A server that speaks OpenAI's chat completions and answers each question as a function of it says. */
export interface ScriptedServer {
  /** With `/v1`. */
  readonly url: string;
  readonly heard: readonly Heard[];
  readonly close: () => Promise<void>;
}

const body = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });

/** Starts the server on a port of its own; what `reply` gives is sent as JSON, a string as it is. */
export async function startScriptedServer(reply: (question: Heard) => unknown): Promise<ScriptedServer> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { messages } = body.parse(JSON.parse(Buffer.concat(chunks).toString()));
      const part = (role: string): string => messages.find((one) => one.role === role)?.content ?? "";
      const question = { system: part("system"), input: part("user") };
      heard.push(question);
      const said = reply(question);
      const content = typeof said === "string" ? said : JSON.stringify(said);
      const choice = { index: 0, message: { role: "assistant", content, refusal: null }, finish_reason: "stop", logprobs: null };
      response.writeHead(200, { "content-type": "application/json" }).end(
        JSON.stringify({ id: "c", object: "chat.completion", created: 1, model: "scripted", choices: [choice], usage: { prompt_tokens: 400, completion_tokens: 50, total_tokens: 450 } }),
      );
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    heard,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
