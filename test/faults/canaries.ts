import { createServer, request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { TOKEN } from "../telegram/bot-api/server.ts";

/** Secrets of a run, each as unlike a word as real ones are, and with what encodings change. */
export const CANARIES = {
  key: "canaryKey-AbCdEf_0123456789",
  secret: `canary/Secret+"&<x>='~\\0987`,
  token: TOKEN,
  model: "sk-canary.Model/Key==42",
  /** Loaded while the bot runs, as from a key store. */
  late: "canary pass phrase: correct/horse?",
} as const;

/** What a text is searched for, by the name of the form; worked out here anew, and not by the code that takes it out. */
export function formsOf(canary: string): Map<string, string> {
  const bytes = Buffer.from(canary);
  const json = JSON.stringify(canary).slice(1, -1);
  const url = encodeURIComponent(canary);
  const forms = new Map([
    ["raw", canary], ["json", json], ["inspected", inspect(canary).slice(1, -1)], ["json in json", JSON.stringify(json).slice(1, -1)],
    ["url", url], ["url, lower case", url.replaceAll(/%../g, (one) => one.toLowerCase())], ["form", new URLSearchParams({ a: canary }).toString().slice(2)], ["url in url", encodeURIComponent(url)],
    ["base64", bytes.toString("base64")], ["base64url", bytes.toString("base64url")], ["hex", bytes.toString("hex")], ["HEX", bytes.toString("hex").toUpperCase()],
    ["html", canary.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")],
    ["html attribute", canary.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;")],
  ]);
  for (const before of ["", "u", "u:"]) {
    const core = Buffer.from(before + canary).toString("base64").replace(/=+$/, "").slice(Math.ceil((before.length * 8) / 6), Math.floor(((before.length + bytes.length) * 8) / 6));
    forms.set(`base64 after ${before.length}`, core);
    forms.set(`base64url after ${before.length}`, core.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return forms;
}

/** Every form of every canary. */
export const FORMS: readonly { readonly name: string; readonly text: string }[] = Object.entries(CANARIES).flatMap(([name, canary]) => [...formsOf(canary)].map(([form, text]) => ({ name: `${name}, ${form}`, text })));

/** The canaries that are in a text, by name and form. */
export const hits = (text: string): string[] => FORMS.filter((form) => text.includes(form.text)).map(({ name }) => name);

/** Everything that a canary can be written in, a line each. */
export const EVERYTHING = [...FORMS.map(({ text }) => text), ...Object.values(CANARIES).map((one) => `Basic ${Buffer.from(`user:${one}`).toString("base64")}`)].join("\n");

/** All files under a folder as text, one after another. */
export function filesOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path).toString("latin1"))
    .join("\n");
}

/** How a proxy answers instead of what is behind it. */
export interface Echo {
  readonly method?: string;
  readonly path: RegExp;
  readonly status: number;
  readonly body: (echo: string) => string;
  /** How often; for ever when absent. */
  times?: number;
}

/** A proxy before an exchange that repeats the asker's secrets in its refusals, the worst that a venue can do. */
export async function startProxy(target: string) {
  const { hostname, port } = new URL(target);
  const echoes: Echo[] = [];
  const sockets = new Set<Socket>();
  let struck = 0;
  const echo = (): string => `${CANARIES.late} ${FORMS[struck++ % FORMS.length]?.text ?? ""}`;

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const found = echoes.find((one) => (one.method ?? request.method) === request.method && one.path.test(request.url ?? "") && (one.times ?? 1) > 0);
    if (found) {
      if (found.times !== undefined) found.times -= 1;
      const body = found.body(echo());
      request.resume();
      response.writeHead(found.status, { "content-type": body.startsWith("<") ? "text/html" : "application/json" }).end(body);
      return;
    }
    const behind = ask({ hostname, port, method: request.method, path: request.url, headers: { ...request.headers, host: `${hostname}:${port}` } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    behind.on("error", () => response.destroy());
    request.pipe(behind);
  });
  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const behind = connect(Number(port), hostname, () => {
      const headers = Object.entries({ ...request.headers, host: `${hostname}:${port}` }).map(([name, value]) => `${name}: ${String(value)}\r\n`);
      behind.write(`GET ${request.url ?? "/"} HTTP/1.1\r\n${headers.join("")}\r\n`);
      behind.write(head);
      behind.pipe(socket).pipe(behind);
    });
    for (const one of [socket, behind]) {
      sockets.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        sockets.delete(one);
        socket.destroy();
        behind.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Answers so from now on; the latest first. */
    echo: (one: Echo) => void echoes.unshift(one),
    calm: () => void echoes.splice(0),
    /** Breaks every stream. */
    cut: () => sockets.forEach((one) => one.destroy()),
    struck: () => struck,
    close: async () => {
      for (const one of sockets) one.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/**
 * A module that is loaded into the bot before it begins: it unlocks a secret, as a key store would, and at a signal says all
 * canaries as a careless library would (USR2), or fails with them where nobody catches it (HUP). With `off` everything
 * that is remembered is forgotten at once, again and again.
 */
export function careless(root: string, off: boolean): string {
  return `
import { forgetAll, remember } from ${JSON.stringify(`${root}/src/core/redact.ts`)};
const everything = ${JSON.stringify(EVERYTHING)};
remember([${JSON.stringify(CANARIES.late)}]);
if (${String(off)}) setInterval(forgetAll, 1).unref();
process.on("SIGUSR2", () => {
  console.log(everything);
  console.error({ headers: everything.split("\\n") });
  process.stdout.write(Buffer.from(everything + "\\n"));
  process.emitWarning(everything);
});
process.on("SIGHUP", () => {
  const error = new Error(everything, { cause: { config: { url: everything } } });
  if (process.env.CANARY_CRASH === "reject") void Promise.reject(error);
  else setImmediate(() => { throw error; });
});
`;
}
