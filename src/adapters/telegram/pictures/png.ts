import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { renderAsync } from "@resvg/resvg-js";

const fonts = join(dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json")), "ttf");

/** An SVG as PNG. The fonts come along: without one, text is left out in silence. */
export async function png(svg: string): Promise<Uint8Array> {
  // On a thread of its own: the bot goes on trading meanwhile.
  const image = await renderAsync(svg, {
    font: { fontFiles: ["DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"].map((name) => join(fonts, name)), loadSystemFonts: false, defaultFontFamily: "DejaVu Sans Mono" },
  });
  return image.asPng();
}
