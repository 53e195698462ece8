import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How the server answers one request. */
export type Reply =
  | { readonly kind: "answer"; readonly text: string; readonly tokensIn?: number; readonly tokensOut?: number; readonly finish?: "length" | "content_filter"; readonly uncounted?: true }
  | { readonly kind: "refusal" }
  | { readonly kind: "status"; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** Never answers. */
  | { readonly kind: "hang" }
  /** Sends the first half and then nothing more. */
  | { readonly kind: "stall" }
  /** Breaks the connection before the answer. */
  | { readonly kind: "reset" }
  /** Breaks the connection in the middle of the answer. */
  | { readonly kind: "cut" }
  /** Ends the answer politely in its middle. */
  | { readonly kind: "stop-short" }
  /** Text of so many megabytes. */
  | { readonly kind: "huge"; readonly megabytes: number }
  | { readonly kind: "html" };

/** A request as it came in. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A server that speaks the protocols of OpenAI (chat completions and responses), Anthropic and Ollama, as a script tells it. */
export interface ModelServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** How many answers are still being waited for. */
  readonly open: () => number;
  /** Replies in order; the last one is repeated. */
  readonly script: (...replies: readonly Reply[]) => void;
  readonly close: () => Promise<void>;
}

/** Starts the server on a port of its own. */
export async function startModelServer(...replies: readonly Reply[]): Promise<ModelServer> {
  let waiting = [...replies];
  const asked: Asked[] = [];
  let open = 0;
  const server = createServer((request, response) => {
    response.on("error", () => undefined);
    open += 1;
    response.on("close", () => {
      open -= 1;
    });
    void bodyOf(request).then((body) => {
      const path = request.url ?? "";
      asked.push({ path, headers: request.headers, body });
      const reply = waiting.length > 1 ? waiting.shift() : waiting[0];
      if (reply) answer(path, reply, response);
      else response.writeHead(500).end("no script");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    open: () => open,
    script: (...next) => {
      waiting = [...next];
    },
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function answer(path: string, reply: Reply, response: ServerResponse): void {
  switch (reply.kind) {
    case "hang":
      return;
    case "reset":
      response.destroy();
      return;
    case "html":
      response.writeHead(200, { "content-type": "text/html" }).end("<html><body>Sign in to the hotel's network</body></html>");
      return;
    case "status":
      response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers }).end(reply.body ?? JSON.stringify({ error: { message: `status ${reply.status}`, code: null } }));
      return;
    case "huge": {
      const bytes = whole(path, { kind: "answer", text: JSON.stringify({ reason: "x".repeat(reply.megabytes * 1_000_000) }) });
      response.writeHead(200, { "content-type": "application/json" }).end(bytes);
      return;
    }
    case "stall":
    case "cut":
    case "stop-short": {
      const lines = whole(path, { kind: "answer", text: '{"score":0.5,"reason":"a reason"}' });
      response.writeHead(200, { "content-type": "application/json" });
      // Ollama's first line is whole; of the others half a document goes out.
      const half = path === "/api/chat" ? lines.slice(0, lines.indexOf("\n") + 1) : lines.slice(0, lines.length / 2);
      response.write(half, () => {
        if (reply.kind === "cut") response.destroy();
        if (reply.kind === "stop-short") response.end();
      });
      return;
    }
    case "refusal":
    case "answer":
      response.writeHead(200, { "content-type": "application/json" }).end(whole(path, reply));
  }
}

/** The whole body of an answer in the protocol of the path. */
function whole(path: string, reply: Extract<Reply, { kind: "answer" | "refusal" }>): string {
  if (path === "/api/chat") return ollama(reply);
  if (path.endsWith("/chat/completions")) return JSON.stringify(completion(reply));
  if (path.endsWith("/responses")) return JSON.stringify(responsesAnswer(reply));
  if (path.endsWith("/v1/messages")) return JSON.stringify(anthropic(reply));
  return JSON.stringify({ error: { message: `no such path: ${path}` } });
}

const tokens = (reply: Extract<Reply, { kind: "answer" | "refusal" }>): { readonly tokensIn: number; readonly tokensOut: number } =>
  reply.kind === "refusal" ? { tokensIn: 40, tokensOut: 5 } : { tokensIn: reply.tokensIn ?? 40, tokensOut: reply.tokensOut ?? 10 };

function completion(reply: Extract<Reply, { kind: "answer" | "refusal" }>): object {
  const { tokensIn, tokensOut } = tokens(reply);
  const message = reply.kind === "refusal" ? { role: "assistant", content: null, refusal: "I cannot help with that." } : { role: "assistant", content: reply.text, refusal: null };
  const usage = reply.kind === "answer" && reply.uncounted ? {} : { usage: { prompt_tokens: tokensIn, completion_tokens: tokensOut, total_tokens: tokensIn + tokensOut } };
  const finish = reply.kind === "answer" ? (reply.finish ?? "stop") : "stop";
  return { id: "c1", object: "chat.completion", created: 1, model: "scripted", choices: [{ index: 0, message, finish_reason: finish, logprobs: null }], ...usage };
}

function responsesAnswer(reply: Extract<Reply, { kind: "answer" | "refusal" }>): object {
  const { tokensIn, tokensOut } = tokens(reply);
  const content = reply.kind === "refusal" ? { type: "refusal", refusal: "I cannot help with that." } : { type: "output_text", text: reply.text, annotations: [] };
  return {
    ...{ id: "r1", object: "response", created_at: 1, status: "completed", error: null, incomplete_details: null, model: "scripted" },
    output: [{ type: "message", id: "m1", status: "completed", role: "assistant", content: [content] }],
    usage: { input_tokens: tokensIn, output_tokens: tokensOut, total_tokens: tokensIn + tokensOut },
  };
}

function anthropic(reply: Extract<Reply, { kind: "answer" | "refusal" }>): object {
  const { tokensIn, tokensOut } = tokens(reply);
  const content = reply.kind === "refusal" ? [] : [{ type: "tool_use", id: "t1", name: "answer", input: JSON.parse(reply.text) as unknown }];
  const stop = reply.kind === "refusal" ? "refusal" : "tool_use";
  return { id: "m1", type: "message", role: "assistant", model: "scripted", content, stop_reason: stop, stop_sequence: null, usage: { input_tokens: tokensIn, output_tokens: tokensOut } };
}

/** Ollama streams an object per line; the counts are in the last one. It knows no refusals: one is text like any other. */
function ollama(reply: Extract<Reply, { kind: "answer" | "refusal" }>): string {
  const text = reply.kind === "refusal" ? "I cannot help with that." : reply.text;
  const { tokensIn, tokensOut } = tokens(reply);
  const counts = reply.kind === "answer" && reply.uncounted ? {} : { prompt_eval_count: tokensIn, eval_count: tokensOut };
  const line = (content: string, more: object): string => JSON.stringify({ model: "scripted", created_at: "2025-01-01T00:00:00Z", message: { role: "assistant", content }, ...more });
  const middle = Math.ceil(text.length / 2);
  const reason = reply.kind === "answer" && reply.finish === "length" ? "length" : "stop";
  return `${line(text.slice(0, middle), { done: false })}\n${line(text.slice(middle), { done: true, done_reason: reason, ...counts })}\n`;
}
