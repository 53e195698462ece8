import { createReadStream, fstatSync } from "node:fs";
import { Socket } from "node:net";
import { UserError } from "../../core/user-error.ts";

/** More than this is no passphrase and no key, bytes. */
const MOST = 100_000;

/** All of what comes through an open file descriptor, as text; `flag` names it in errors. The descriptor is closed afterwards. */
export async function readDescriptor(fd: number, flag: string): Promise<string> {
  let isStream: boolean;
  try {
    const found = fstatSync(fd);
    isStream = found.isFIFO() || found.isSocket();
  } catch {
    throw new UserError(`${flag}: descriptor ${fd} is not open. Open it in the shell: ${flag} 3 3< file`);
  }
  // A pipe is read as one: reading it as a file fails where it does not block.
  const input = isStream ? new Socket({ fd, readable: true, writable: false }) : createReadStream("", { fd, autoClose: fd > 2 });
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of input as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > MOST) throw new UserError(`${flag}: descriptor ${fd} gives more than ${MOST} bytes, which is no secret.`);
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${flag}: descriptor ${fd} cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "no reason given"}).`);
  }
  // Without the mark that some editors put first (BOM).
  return new TextDecoder().decode(Buffer.concat(parts));
}
