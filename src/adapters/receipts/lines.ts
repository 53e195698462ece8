import { UserError } from "../../core/user-error.ts";

/** Bytes of a line at the most; no receipt comes near. */
const LONGEST = 8 * 1024 * 1024;
const END = 0x0a;

/** The lines of a file, without their ends, as the bytes come. What is no UTF-8 is marked so that it cannot be taken for a receipt. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  // The library's reader of lines also breaks at U+2028, which may stand in a reason.
  const rest: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(END); end >= 0; end = chunk.indexOf(END, from)) {
      yield textOf([...rest.splice(0), chunk.subarray(from, end)]);
      size = 0;
      from = end + 1;
    }
    if (from === chunk.length) continue;
    rest.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > LONGEST) throw new UserError("The file holds a line of more than 8 MB, which is no receipt. Give the file that `caucus receipt export` wrote.");
  }
  if (rest.length > 0) yield textOf(rest);
}

function textOf(pieces: readonly Uint8Array[]): string {
  const bytes = Buffer.concat(pieces);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `\uFFFD${bytes.toString("latin1")}`;
  }
}
