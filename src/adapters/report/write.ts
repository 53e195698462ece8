import { randomBytes } from "node:crypto";
import { lstat, mkdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { codeOf } from "../../core/error-code.ts";
import { redact } from "../../core/redact.ts";
import { UserError } from "../../core/user-error.ts";

/** Writes a report whole or not at all. Makes the folder. */
export async function writeReport(path: string, html: string): Promise<void> {
  await writeWhole(path, "the report", html);
}

/**
 * Writes a file whole or not at all: to a temporary name in the same folder, then renamed. Makes the folder.
 * `what` says in an error what was to be written, such as `the report`.
 */
export async function writeWhole(path: string, what: string, content: string | Uint8Array | Iterable<string> | AsyncIterable<Uint8Array>): Promise<void> {
  try {
    const target = await destination(resolve(path), what);
    await makeFolder(dirname(target));
    const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
    try {
      await writeFile(temporary, cleaned(content), { encoding: "utf8", flag: "wx" });
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw asUserError(path, what, error);
  }
}

/** Makes a folder and those above it. Node's own way tries for ever where a folder that is there takes no new one, as under /proc. */
async function makeFolder(path: string): Promise<void> {
  const made = await mkdir(path).then(() => null, codeOf);
  if (made === null || made === "EEXIST") return;
  if (made !== "ENOENT" || path === dirname(path)) throw Object.assign(new Error(`mkdir ${path}`), { code: made });
  await makeFolder(dirname(path));
  await mkdir(path).catch((error: unknown) => {
    // Made by somebody else in the meantime.
    if (codeOf(error) !== "EEXIST") throw error;
  });
}

/** Texts without secrets; bytes are somebody else's work, and may be encrypted. */
function cleaned(content: string | Uint8Array | Iterable<string> | AsyncIterable<Uint8Array>): string | Uint8Array | Iterable<string> | AsyncIterable<Uint8Array> {
  if (typeof content === "string") return redact(content);
  return content instanceof Uint8Array || Symbol.asyncIterator in content ? content : redactEach(content);
}

function* redactEach(texts: Iterable<string>): Generator<string> {
  for (const text of texts) yield redact(text);
}

/** Follows a link, so that the file behind it is replaced and not the link; refuses folders and devices. */
async function destination(path: string, what: string): Promise<string> {
  const found = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  });
  if (found === null || found.isFile()) return path;
  if (found.isSymbolicLink()) return destination(await realpath(path), what);
  if (!found.isDirectory()) {
    throw new UserError(`Cannot write ${what} to ${path}: it is not a regular file. Give the name of a file.`);
  }
  const advice = what === "the report" ? `Give the name of a file, such as ${join(path, "report.html")}.` : "Move it away, or choose another path.";
  throw new UserError(`Cannot write ${what} to ${path}: it is a folder. ${advice}`);
}

const CAUSES: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "a part of the path is a file, not a folder",
  EEXIST: "a part of the path is a file, not a folder",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "its folder is not there and cannot be made, or the link leads nowhere",
  ELOOP: "the links lead in a circle",
};

function asUserError(path: string, what: string, error: unknown): unknown {
  if (error instanceof UserError) return error;
  const code = codeOf(error);
  const cause = CAUSES[code];
  if (cause === undefined) return error;
  return new UserError(`Cannot write ${what} to ${path}: ${cause} (${code}). Nothing was written; choose another path.`);
}
