/** What one request met on its way, as far as it has come. */
export interface Seen {
  /** HTTP status; null before an answer began. */
  status: number | null;
  /** How long the server asks to be left alone, ms. */
  retryAfter: number | null;
  /** The answer was longer than allowed and was cut off. */
  tooLong: boolean;
  /** The answer came whole and is no JSON. */
  notJson: boolean;
  /** The whole answer when it came well; else null. */
  body: string | null;
  /** The error that broke the connection, before the answer or in the middle of it; null when none did. */
  broken: Error | null;
}

/** A connection for one attempt: it ends with the signal, follows no redirect and reads so many bytes at most. */
export interface Wire {
  readonly fetch: typeof fetch;
  readonly seen: Readonly<Seen>;
}

/** Of what a server says about its trouble, characters. */
const LONGEST_TROUBLE = 2_000;

/** Opens a wire. Clients that take no signal (Ollama's) end with it too, since the wire itself does. */
export function openWire(maxBytes: number, signal: AbortSignal): Wire {
  const seen: Seen = { status: null, retryAfter: null, tooLong: false, notJson: false, body: null, broken: null };
  const bounded: typeof fetch = async (input, init) => {
    Object.assign(seen, { status: null, retryAfter: null, body: null, broken: null });
    const both = init?.signal ? AbortSignal.any([signal, init.signal]) : signal;
    try {
      // A redirect could carry the key to another host.
      const response = await fetch(input, { ...init, signal: both, redirect: "error" });
      seen.status = response.status;
      seen.retryAfter = retryAfterOf(response.headers);
      const text = await boundedText(response, maxBytes);
      seen.tooLong = text === null;
      // Checked before a client sees it: some print what they cannot read.
      seen.notJson = text !== null && response.ok && !isJson(text);
      if (text === null || seen.notJson) throw new Error("the answer cannot be read");
      if (response.ok) seen.body = text;
      const { status, statusText } = response;
      // Ollama's client prints when trouble does not come as JSON.
      const readable = response.ok || isObject(text) ? text : JSON.stringify({ error: text.slice(0, LONGEST_TROUBLE) });
      return new Response(readable, { status, statusText, headers: { "content-type": "application/json" } });
    } catch (error) {
      if (!signal.aborted && !seen.tooLong && !seen.notJson) seen.broken = error instanceof Error ? error : new Error("the connection broke");
      throw error;
    }
  };
  return { fetch: bounded, seen };
}

/** The body, or null when it is longer than allowed: then no more of it is read. */
async function boundedText(response: Response, maxBytes: number): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the body and lets go of the socket.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Whether a text is a JSON object. */
function isObject(text: string): boolean {
  return text.trimStart().startsWith("{") && parses(text);
}

/** Whether a text is one JSON document, or one on every line, as Ollama streams them. */
function isJson(text: string): boolean {
  return parses(text) || (text.trim() !== "" && text.split("\n").every((line) => line.trim() === "" || parses(line)));
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds of `retry-after-ms` or `retry-after` (seconds or a date); null without a sensible one. */
function retryAfterOf(headers: Headers): number | null {
  const inMs = headers.get("retry-after-ms");
  if (inMs !== null && /^\d{1,9}$/.test(inMs)) return Number(inMs);
  const text = headers.get("retry-after");
  if (text === null) return null;
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}
