import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { redactDeep } from "../../core/redact.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import { type ControlReply, type ControlRequest, MOST_REQUEST, replySchema, requestSchema } from "./protocol.ts";

/** A path of a unix socket may be this long at the most on every system. */
const LONGEST_PATH = 100;

/** Where the socket of a state folder is: in it, or where that is too deep for a socket, in an owner's folder under the temporary one. */
export function socketPath(stateFolder: string): string {
  const inside = join(resolve(stateFolder), "control.sock");
  if (inside.length <= LONGEST_PATH) return inside;
  const folder = join(tmpdir(), `caucus-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, `${createHash("sha256").update(inside).digest("hex").slice(0, 16)}.sock`);
}

/** A door that is open. */
export interface ControlDoor {
  close(): Promise<void>;
}

/** Opens the door of a running bot to its owner alone. What `answer` throws as a UserError is told; nothing else is. */
export async function openControl(stateFolder: string, answer: (request: ControlRequest) => Promise<Record<string, unknown>>): Promise<ControlDoor> {
  const path = socketPath(stateFolder);
  // The journal's lock says that no other bot runs here: what lies there was left by one that died.
  rmSync(path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    serve(socket, answer);
  });
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((opened, failed) => {
      server.once("error", failed);
      server.listen(path, opened);
    });
    chmodSync(path, 0o600);
  } finally {
    process.umask(mask);
  }
  return {
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
        rmSync(path, { force: true });
      }),
  };
}

function serve(socket: Socket, answer: (request: ControlRequest) => Promise<Record<string, unknown>>): void {
  let text = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    text += chunk;
    if (text.length > MOST_REQUEST) socket.destroy();
    const end = text.indexOf("\n");
    if (end < 0) return;
    socket.pause();
    void reply(text.slice(0, end), answer).then((line) => socket.end(`${JSON.stringify(redactDeep(line))}\n`));
  });
}

async function reply(line: string, answer: (request: ControlRequest) => Promise<Record<string, unknown>>): Promise<ControlReply> {
  try {
    const request = requestSchema.safeParse(JSON.parse(line));
    if (!request.success) return { ok: false, error: "this is no request" };
    return { ok: true, result: await answer(request.data) };
  } catch (error) {
    return { ok: false, error: error instanceof UserError || error instanceof RunError ? error.message : "the bot could not do it; its log says why" };
  }
}

/** Asks the bot that runs in a state folder. Throws a UserError when none does. */
export async function askControl(stateFolder: string, request: ControlRequest, timeout: number): Promise<Record<string, unknown>> {
  const path = socketPath(stateFolder);
  const line = await new Promise<string>((done, failed) => {
    let text = "";
    const socket = connect(path);
    const timer = setTimeout(() => {
      socket.destroy();
      failed(new RunError(`the bot in ${stateFolder} does not answer`));
    }, timeout);
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on("data", (chunk: string) => (text += chunk));
    socket.on("error", () => {
      clearTimeout(timer);
      failed(new UserError(`No bot is running in ${stateFolder}. Start one with \`caucus run\`, or name its folder with --state.`));
    });
    socket.on("close", () => {
      clearTimeout(timer);
      done(text);
    });
  });
  const parsed = replySchema.safeParse(line === "" ? null : JSON.parse(line));
  if (!parsed.success) throw new RunError(`the bot in ${stateFolder} went away while it was asked`);
  if (!parsed.data.ok) throw new UserError(parsed.data.error);
  return parsed.data.result;
}
