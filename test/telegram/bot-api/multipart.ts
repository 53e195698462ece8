/** The fields and files of a multipart body, by name. */
export function partsOf(body: Buffer, type: string): Record<string, unknown> {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type);
  const separator = Buffer.from(`--${boundary?.[1] ?? boundary?.[2] ?? ""}`);
  const parts: Record<string, unknown> = {};
  for (let at = body.indexOf(separator); at !== -1; ) {
    const next = body.indexOf(separator, at + separator.length);
    if (next === -1) break;
    // A line break follows the separator and precedes the next one.
    const part = body.subarray(at + separator.length + 2, next - 2);
    const split = part.indexOf("\r\n\r\n");
    const head = part.subarray(0, split).toString("utf8");
    const bytes = part.subarray(split + 4);
    const name = /name="([^"]*)"/.exec(head)?.[1] ?? "";
    const file = /filename="([^"]*)"/.exec(head)?.[1];
    parts[name] = file === undefined ? bytes.toString("utf8") : new File([new Uint8Array(bytes)], file);
    at = next;
  }
  return parts;
}
