import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { renderAsync } from "@resvg/resvg-js";

/** The family that a picture's text is set in. */
export const FONT = "DejaVu Sans";

const files = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"];

/** An SVG as PNG, with fonts that come along: a machine without any would draw no text, and say nothing. */
export async function png(svg: string): Promise<Uint8Array> {
  const folder = join(dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json")), "ttf");
  const image = await renderAsync(svg, { font: { fontFiles: files.map((name) => join(folder, name)), loadSystemFonts: false, defaultFontFamily: FONT } });
  return image.asPng();
}
