import { XMLParser } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { frontierSvg } from "../../../../src/adapters/report/frontier/picture.ts";
import { pixelsOf } from "../../../../src/adapters/report/frontier/drawing.ts";
import { type Named, placeLabels } from "../../../../src/adapters/report/frontier/place-labels.ts";
import { png } from "../../../../src/adapters/report/frontier/png.ts";
import { createRandom } from "../../../../src/core/random.ts";
import { weightsResult } from "./weights-result.ts";

const textsOf = (svg: string): string[] => {
  const { svg: root } = new XMLParser({ ignoreAttributes: true, parseTagValue: false }).parse(svg) as { svg: { text: string[] } };
  return root.text.map(String);
};

/** Its reader refuses what is no sound XML. */
const expectSound = async (svg: string): Promise<void> => expect((await png(svg)).length).toBeGreaterThan(1_000);

describe("the picture of the frontier", () => {
  it("names every symbol, the chosen and the equal weights", async () => {
    const svg = frontierSvg(weightsResult(4));
    await expectSound(svg);
    const texts = textsOf(svg);
    for (const name of ["COIN0", "COIN1", "COIN2", "COIN3", "these weights", "equal", "frontier", "resampled frontier", "COIN0/USDT", "50.0 %"]) expect(texts).toContain(name);
    expect(texts).not.toContain("now");
  });

  it("shows what is held now, and cash, where there is any", () => {
    const plain = weightsResult(3);
    const svg = frontierSvg({ ...plain, current: plain.equal, cash: { weight: 0.2, band: { low: 0, middle: 0.1, high: 0.3 }, current: 0.1 } });
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["now", "cash", "20.0 %"]));
  });

  it("draws fifty symbols, and counts those for whom there is no bar", async () => {
    const svg = frontierSvg(weightsResult(50));
    await expectSound(svg);
    expect(textsOf(svg)).toContain("and 34 symbols more, with less or nothing");
  });

  it("stays sound with names that mean something in XML, with one point and without a frontier", async () => {
    const odd = weightsResult(2, { name: "<b>&\u0000\"name\"\u202e" });
    await expectSound(frontierSvg(odd));
    expect(frontierSvg(odd)).not.toContain("<b>");
    for (const frontier of [[], odd.frontier.slice(0, 1)]) {
      const svg = frontierSvg({ ...odd, frontier, resample: { ...odd.resample, frontier: [], cloud: [], draws: 0 } });
      await expectSound(svg);
      expect(svg).not.toMatch(/NaN|Infinity/);
    }
  });

  it("becomes a PNG of its size, with text in it", async () => {
    const drawn = Buffer.from(await png(frontierSvg(weightsResult(3))));
    expect(drawn.subarray(1, 4).toString()).toBe("PNG");
    expect(drawn.readUInt32BE(16)).toBe(1_200);
    const bare = Buffer.from(await png(frontierSvg(weightsResult(3)).replaceAll(/<text[^]*?<\/text>/g, "")));
    expect(drawn.length).toBeGreaterThan(bare.length + 5_000);
  });
});

describe("names beside their marks", () => {
  it("cover neither each other nor a mark, and those without room are left out", () => {
    const random = createRandom(4);
    const named: Named[] = Array.from({ length: 120 }, (_, i) => ({ text: `COIN${i}`, x: 60 + 480 * random.uniform(), y: 40 + 320 * random.uniform(), size: 16, radius: 7 }));
    const places = placeLabels(named, { left: 0, right: 600, top: 0, floor: 400 });
    const boxes = places.flatMap((place, i) => {
      if (place === null) return [];
      const width = pixelsOf(named[i]!.text, 16);
      const left = place.anchor === "start" ? place.x : place.anchor === "end" ? place.x - width : place.x - width / 2;
      return [{ left, right: left + width, top: place.y - 16 * 0.8, floor: place.y + 16 * 0.2 }];
    });
    expect(boxes.length).toBeGreaterThan(20);
    expect(boxes.length).toBeLessThan(120);
    for (const [i, a] of boxes.entries()) {
      expect(a.left >= 0 && a.right <= 600 && a.top >= 0 && a.floor <= 400).toBe(true);
      for (const b of boxes.slice(i + 1)) expect(a.left < b.right && b.left < a.right && a.top < b.floor && b.top < a.floor).toBe(false);
    }
  });

  it("keep off the line where they can", () => {
    const mark: Named = { text: "these weights", x: 300, y: 200, size: 16, radius: 10 };
    const area = { left: 0, right: 600, top: 0, floor: 400 };
    expect(placeLabels([mark], area)[0]).toMatchObject({ anchor: "start", x: 315 });
    const [place] = placeLabels([mark], area, [[300, 200], [600, 200]]);
    expect(place!.anchor === "start" && Math.abs(place!.y - 200) < 10).toBe(false);
  });
});
