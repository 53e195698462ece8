import type { FastifyReply } from "fastify";
import type { FaultSpec } from "./catalogue.ts";
import { corrupted } from "./corruption.ts";
import { calledCanceled, crossed, mispriced, repeated, strange, withoutFees } from "./bodies.ts";

/** An answer before it goes out. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const HTML = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
const HUGE = 32 * 1_024 * 1_024;

function coded(status: number, code: number, msg: string, headers: Record<string, string> = {}): Answer {
  return { status, headers, body: { code, msg } };
}

const UNKNOWN_STATUS = "Execution status unknown.";

/** The venue's own answer in the place of the right one; `null` when the fault is of another kind. */
export function replacement(spec: FaultSpec, wall: number): Answer | null {
  const seconds = spec.retryAfter ?? 5;
  switch (spec.name) {
    case "http-500":
      return coded(500, -1000, "An unknown error occurred while processing the request.");
    case "http-502":
      return { status: 502, headers: { "content-type": "text/html" }, body: HTML };
    case "http-503":
      return coded(503, -1001, "Internal error; unable to process your request. Please try again.");
    case "http-504":
      return { status: 504, headers: { "content-type": "text/html" }, body: HTML.replaceAll("502 Bad Gateway", "504 Gateway Time-out") };
    case "error-1006":
      return coded(400, -1006, `An unexpected response was received from the message bus. ${UNKNOWN_STATUS}`);
    case "error-1007":
      return coded(408, -1007, `Timeout waiting for response from backend server. Send status unknown; execution status unknown.`);
    case "error-1008":
      return coded(503, -1008, "Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.");
    case "html":
      return { status: 403, headers: { "content-type": "text/html" }, body: HTML.replaceAll("502 Bad Gateway", "403 Forbidden") };
    case "html-200":
      return { status: 200, headers: { "content-type": "text/html" }, body: HTML };
    case "empty":
      return { status: 200, headers: { "content-type": "application/json" }, body: "" };
    case "empty-object":
      return { status: 200, headers: {}, body: {} };
    case "huge":
      return { status: 200, headers: {}, body: { padding: "x".repeat(spec.bytes ?? HUGE) } };
    case "not-found-once":
      return coded(400, -2013, "Order does not exist.");
    case "rate-limit":
      return coded(429, -1003, "Too much request weight used; current limit is 6000 request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.", { "retry-after": String(seconds) });
    case "ban":
      return coded(418, -1003, `Way too much request weight used; IP banned until ${wall + seconds * 1_000}. Please use WebSocket Streams for live updates to avoid bans.`, { "retry-after": String(seconds) });
    case "key-revoked":
      return coded(401, -2015, "Invalid API-key, IP, or permissions for action.");
    case "post-only-cross":
      return coded(400, -2010, "Order would immediately match and take.");
    case "insufficient":
      return coded(400, -2010, "Account has insufficient balance for requested action.");
    case "duplicate-id":
      return coded(400, -2010, "Duplicate order sent.");
    default:
      return null;
  }
}

/** The right answer with something wrong in it, for the faults that are of this kind. `null`: nothing to spoil. */
export function spoiled(spec: FaultSpec, path: string, answer: Answer): Answer | null {
  switch (spec.name) {
    case "duplicate-trade":
      return withBody(answer, repeated(answer.body));
    case "missing-fee":
      return withBody(answer, withoutFees(answer.body));
    case "cancel-unheard":
      return withBody(answer, calledCanceled(answer.body));
    case "bad-price":
      return withBody(answer, mispriced(path, answer.body, String(spec.value ?? "NaN")));
    case "crossed-book":
      return withBody(answer, crossed(answer.body));
    case "weird-json":
      return withBody(answer, strange(answer.body));
    case "corrupt":
      return withBody(answer, corrupted(answer.body, spec.seed ?? 0));
    default:
      return answer;
  }
}

function withBody(answer: Answer, body: unknown): Answer | null {
  return body === null ? null : { ...answer, body };
}

/** Sends an answer as text, as it is or as JSON. */
export function send(reply: FastifyReply, answer: Answer): void {
  const plain = typeof answer.body === "string";
  void reply
    .code(answer.status)
    .headers({ "content-type": "application/json;charset=UTF-8", ...answer.headers })
    .send(plain ? answer.body : JSON.stringify(answer.body));
}

/** Answers in a broken way, below HTTP or inside its body; false when the fault is of another kind. */
export function breakOff(spec: FaultSpec, reply: FastifyReply, answer: Answer | null): boolean {
  const text = answer === null ? "" : JSON.stringify(answer.body);
  switch (spec.name) {
    case "timeout-before-accept":
    case "timeout-after-accept":
      reply.hijack();
      return true;
    case "reset-before":
    case "reset-after":
      reply.hijack();
      reply.raw.socket?.resetAndDestroy();
      return true;
    case "torn-json":
      send(reply, { status: 200, headers: {}, body: text.slice(0, Math.max(1, text.length >> 1)) });
      return true;
    case "stall-body":
      reply.hijack();
      reply.raw.writeHead(200, { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) });
      reply.raw.write(text.slice(0, Math.max(1, text.length >> 1)));
      return true;
    default:
      return false;
  }
}
