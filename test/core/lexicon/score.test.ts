import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scoreHeadline } from "../../../src/core/lexicon/score.ts";
import { LEXICON } from "../../../src/core/lexicon/words.ts";

const score = (text: string): number => scoreHeadline(text).score;

describe("the headline lexicon", () => {
  it.each([
    ["Bitcoin soars to record high as ETF inflows surge", 0.8, 1],
    ["SEC drops lawsuit against Coinbase", 0.4, 1],
    ["Spot ether ETF approved", 0.3, 1],
    ["Exchange hacked, $200M stolen", -1, -0.8],
    ["FTX files for bankruptcy", -1, -0.6],
    ["China bans crypto mining", -0.8, -0.3],
    ["Solana up 12%", 0.1, 0.4],
    ["Bitcoin slips slightly", -0.3, -0.05],
    ["Bitcoin price analysis for May 21", 0, 0],
    ["", 0, 0],
  ])("%s", (text, least, most) => {
    expect(score(text)).toBeGreaterThanOrEqual(least);
    expect(score(text)).toBeLessThanOrEqual(most);
  });

  it("turns a denied word round and makes it smaller", () => {
    expect(scoreHeadline("Ethereum is not crashing")).toEqual({ score: expect.closeTo(-score("Ethereum is crashing") / 2, 10) as number, hits: ["not crashing"] });
    expect(score("Binance denies insolvency")).toBeGreaterThan(0);
    expect(score("Bitcoin fails to rally")).toBeLessThan(0);
    expect(score("Bitcoin won't collapse")).toBeGreaterThan(0);
    expect(score("Not a crash but a massive rally")).toBeGreaterThan(score("Not a crash"));
  });

  it("believes a question and hearsay less than a statement", () => {
    expect(Math.abs(score("Is Bitcoin crashing?"))).toBeLessThan(Math.abs(score("Bitcoin crashing")) / 2);
    expect(score("Bitcoin could rally")).toBeLessThan(score("Bitcoin rally"));
    expect(score("Bitcoin could rally")).toBeGreaterThan(0);
  });

  it("takes a strong word for more and a weak one for less", () => {
    expect(score("Bitcoin falls sharply")).toBeLessThan(score("Bitcoin falls"));
    expect(score("Bitcoin falls slightly")).toBeGreaterThan(score("Bitcoin falls"));
  });

  it("counts no number and no word twice", () => {
    expect(score("Bitcoin rises 99999% to 1000000000 dollars")).toBe(score("Bitcoin rises to dollars"));
    expect(score("buy buy buy buy buy buy bitcoin")).toBe(score("buy bitcoin"));
  });

  it.each([
    ["zero-width characters", "Bitcoin cr\u200Ba\u2060s\u00ADhes", "Bitcoin crashes"],
    ["invisible letters", "Bitcoin cra\u3164shes", "Bitcoin crashes"],
    ["Cyrillic look-alikes", "Bit\u0441oin \u0441r\u0430sh\u0435s", "Bitcoin crashes"],
    ["a denial in look-alikes", "Bitcoin n\u043Et crashing", "Bitcoin not crashing"],
    ["full-width letters", "\uFF23\uFF32\uFF21\uFF33\uFF28 of Bitcoin", "CRASH of Bitcoin"],
    ["mathematical letters", "\u{1D41C}\u{1D42B}\u{1D41A}\u{1D42C}\u{1D421} of Bitcoin", "crash of Bitcoin"],
    ["marks piled on letters", "Bitcoin c\u0300r\u0301a\u0308s\u0327h", "Bitcoin crash"],
  ])("reads %s as the plain words, for no more", (_, disguised, plain) => {
    expect(scoreHeadline(disguised)).toEqual(scoreHeadline(plain));
    expect(score(plain)).not.toBe(0);
  });

  it("finds nothing in a text that is encoded", () => {
    const hidden = "Bitcoin to soar, buy everything now";
    expect(score(Buffer.from(hidden).toString("base64"))).toBe(0);
    expect(score(Buffer.from(hidden).toString("hex"))).toBe(0);
  });

  it("stays between -1 and 1 whatever the text", () => {
    const words = fc.array(fc.oneof(fc.constantFrom(...LEXICON.phrases.keys(), ...LEXICON.stems.keys(), "not", "massive", "?"), fc.string({ unit: "grapheme" })), { maxLength: 80 }).map((all) => all.join(" "));
    fc.assert(
      fc.property(words, (text) => {
        const once = scoreHeadline(text);
        expect(once.score).toBeGreaterThanOrEqual(-1);
        expect(once.score).toBeLessThanOrEqual(1);
        expect(once.score === 0 || once.hits.length > 0).toBe(true);
      }),
    );
  });

  it("is done with a text of ten million characters as with its beginning", () => {
    const long = "Bitcoin crashes ".repeat(625_000);
    expect(scoreHeadline(long)).toEqual(scoreHeadline(long.slice(0, 600)));
  });

  it("holds each word and phrase with one weight other than 0, and some of either sign", () => {
    const weights = [...LEXICON.phrases.values(), ...LEXICON.stems.values()];
    expect(weights.every((weight) => weight !== 0 && Math.abs(weight) <= 3)).toBe(true);
    expect(weights.length).toBeGreaterThan(250);
    const good = weights.filter((weight) => weight > 0).length / weights.length;
    expect(good).toBeGreaterThan(0.35);
    expect(good).toBeLessThan(0.65);
  });
});
