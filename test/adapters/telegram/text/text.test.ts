import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csv } from "../../../../src/adapters/telegram/text/csv.ts";
import { bold, clipped, code, escaped, italic } from "../../../../src/adapters/telegram/text/html.ts";
import { MOST_CHARACTERS, message, pagesOfLines, type Part } from "../../../../src/adapters/telegram/text/message.ts";
import { counted, decimal, duration, gain, money, percent, price, quantity, share } from "../../../../src/adapters/telegram/text/numbers.ts";
import { pageButtons, pageFrom } from "../../../../src/adapters/telegram/text/paging.ts";
import { chosenSymbol, symbolButtons } from "../../../../src/adapters/telegram/text/symbols.ts";
import { WIDTH, fitted, pairLines, tableLines, widthOf } from "../../../../src/adapters/telegram/text/table.ts";
import { moment, shortMoment, startOfDay, startOfDayBefore } from "../../../../src/adapters/telegram/text/times.ts";
import { faultOf, seen } from "../telegram-html.ts";

/** Text that somebody could try: markup, entities, controls, halves of characters, right to left. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.string({ maxLength: 5_000 }),
  fc.array(fc.constantFrom("<b>", "</b>", "</pre>", "<", ">", "&", "&amp;", "&#60;", '"', "\u202e", "\u0000", "\ud800", "😀", "\n", "<a href=\"tg://user?id=1\">", "漢", "x".repeat(50)), { maxLength: 200 }).map((parts) => parts.join("")),
);

describe("text from outside in a message", () => {
  it("is valid for Telegram and of a size that it takes, whatever is in it", () => {
    const part = fc.oneof(
      hostile.map((text): Part => escaped(text)),
      hostile.map((text): Part => bold(text)),
      hostile.map((text): Part => `${italic(text)} ${code(text)}`),
      fc.array(hostile, { maxLength: 60 }).map((pre): Part => ({ pre })),
      fc.array(fc.tuple(hostile, hostile), { maxLength: 60 }).map((pairs): Part => ({ pre: pairLines(pairs) })),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 30 }), fc.constantFrom(1_024, 4_096), (parts, most) => {
        const html = message(["<b>Title</b>", ...parts], most);
        expect(faultOf(html, most)).toBe(null);
      }),
    );
  });

  it("reads as it was, apart from what cannot be seen", () => {
    expect(seen(escaped('<b>&lt;"x"</b>'))).toBe('<b>&lt;"x"</b>');
    expect(escaped("a\u202eb\u0000c")).toBe("a b c");
    expect(escaped("\ud800")).toBe("\ufffd");
  });

  it("is cut with an ellipsis, never inside a character", () => {
    expect(clipped("abcdef", 4)).toBe("abc…");
    expect(clipped("a😀😀", 3)).toBe("a…");
    expect(clipped("abcd", 4)).toBe("abcd");
  });
});

describe("a message that is too long", () => {
  it("ends with an ellipsis after its last whole line", () => {
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i} ${"&".repeat(10)}`);
    const html = message(["head", { pre: lines }, "foot"]);
    expect(html.length).toBeLessThanOrEqual(MOST_CHARACTERS);
    expect(html.endsWith("</pre>\n…")).toBe(true);
    expect(seen(html)).toContain("line 60 ");
    expect(seen(html)).not.toContain("foot");
  });

  it("is whole when it fits", () => {
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    expect(seen(message(["head", { pre: lines }, "foot"]))).toBe(["head", ...lines, "foot"].join("\n"));
  });

  it("is split into pages that hold every line once", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 400 }), { maxLength: 200 }), (lines) => {
        const pages = pagesOfLines(lines);
        expect(pages.flat()).toEqual(lines);
        for (const page of pages) expect(message(["<b>Definition</b> page 12 of 34", { pre: page }])).not.toMatch(/…$/);
      }),
    );
  });
});

describe("a table", () => {
  it("is never wider than a phone, whatever is in its cells", () => {
    fc.assert(
      fc.property(fc.array(fc.array(hostile, { minLength: 3, maxLength: 3 }), { maxLength: 10 }), (rows) => {
        for (const line of tableLines([{ align: "left", shrinks: true }, { align: "right" }, { align: "right" }], rows)) expect(widthOf(line)).toBeLessThanOrEqual(WIDTH);
        for (const line of pairLines(rows.map(([a, b]) => [a!, b!] as const))) expect(widthOf(line)).toBeLessThanOrEqual(WIDTH);
      }),
    );
  });

  it("takes room from the column that may shrink before it cuts a number", () => {
    const rows = [["A-VERY-LONG-SYMBOL-NAME/USDT", "reduce", "-0.45"], ["BTC/USDT", "hold", "+0.10"]];
    expect(tableLines([{ align: "left", shrinks: true }, { align: "left" }, { align: "right" }], rows)).toEqual(["A-VERY-LONG-SYMBOL… reduce -0.45", "BTC/USDT            hold   +0.10"]);
  });

  it("gives a pair that does not fit two lines", () => {
    expect(pairLines([["free", "1.00 USDT"]], 16)).toEqual(["free   1.00 USDT"]);
    expect(pairLines([["something long", "1.00 USDT"]], 16)).toEqual(["something long", "       1.00 USDT"]);
  });

  it("counts wide characters as two", () => {
    expect(widthOf("漢字")).toBe(4);
    expect(fitted("漢字漢字", 5)).toBe("漢字…");
  });
});

describe("a number", () => {
  it("carries its unit and enough digits to be read", () => {
    expect(money(10_421, "USDT")).toBe("10,421.00 USDT");
    expect(gain(4.2, "USDT")).toBe("+4.20 USDT");
    expect(gain(-0.00042, "BTC")).toBe("-0.000420 BTC");
    expect(price(42_570.7)).toBe("42,570.70");
    expect(price(99)).toBe("99.00");
    expect(price(105.788)).toBe("105.788");
    expect(price(0.000042)).toBe("0.000042");
    expect(price(null)).toBe("market");
    expect(quantity(0.5)).toBe("0.5");
    expect(quantity(1_200)).toBe("1,200");
    expect(percent(0.0421)).toBe("+4.21 %");
    expect(percent(null)).toBe("?");
    expect(share(0.314)).toBe("31.4 %");
    expect(counted(1, "fill")).toBe("1 fill");
    expect(counted(1_234, "fill")).toBe("1,234 fills");
  });

  it("is a question mark when it is none, and never a negative zero", () => {
    expect(decimal(Number.NaN, 2)).toBe("?");
    expect(money(Number.POSITIVE_INFINITY, "USDT")).toBe("? USDT");
    expect(gain(-0, "USDT")).toBe("0.00 USDT");
    expect(percent(-0.00001)).toBe("0.00 %");
  });

  it("says a time span in its two largest units", () => {
    expect(duration(0)).toBe("0 s");
    expect(duration(61_000)).toBe("1 min 1 s");
    expect(duration(3 * 86_400_000 + 3_600_000 + 5_000)).toBe("3 d 1 h");
  });
});

describe("a file for a spreadsheet", () => {
  it("keeps every text in its cell and never as a formula", () => {
    const file = (...row: (string | number)[]): string => new TextDecoder().decode(csv(["a"], [row]));
    expect(file("=HYPERLINK(1)", 'say "x", please', 1e-8, -0, 0.1 + 0.2)).toBe('a\r\n\'=HYPERLINK(1),"say ""x"", please",0.00000001,0,0.3\r\n');
    expect(file(Number.NaN)).toBe("a\r\n\r\n");
  });
});

describe("local time", () => {
  it("is that of the reader, with the zone's name", () => {
    expect(moment(Date.UTC(2024, 0, 31, 12, 5), "Europe/Berlin")).toBe("2024-01-31 13:05 CET");
    expect(shortMoment(Date.UTC(2024, 6, 31, 22, 5), "Asia/Tokyo")).toBe("08-01 07:05");
    expect(moment(Number.NaN, "UTC")).toBe("?");
  });

  it("begins its days at local midnight, also when a day has 23 or 25 hours", () => {
    const zone = "Europe/Berlin";
    expect(startOfDay(Date.UTC(2024, 2, 31, 12), zone)).toBe(Date.UTC(2024, 2, 30, 23));
    expect(startOfDay(Date.UTC(2024, 9, 27, 20), zone)).toBe(Date.UTC(2024, 9, 26, 22));
    expect(startOfDayBefore(Date.UTC(2024, 3, 1, 12), 1, zone)).toBe(Date.UTC(2024, 2, 30, 23));
    expect(startOfDayBefore(Date.UTC(2024, 2, 1, 12), 29, "UTC")).toBe(Date.UTC(2024, 1, 1));
  });
});

describe("pages and symbols", () => {
  it("turn with buttons that carry the command and the page", () => {
    const texts = (page: number): string[] => pageButtons("trades", page, 7).flat().map(({ text, action }) => `${text}${action.argument}`);
    expect(texts(1)).toEqual(["›2", "»7"]);
    expect(texts(4)).toEqual(["«1", "‹3", "›5", "»7"]);
    expect(texts(7)).toEqual(["«1", "‹6"]);
    expect(pageButtons("trades", 1, 1)).toEqual([]);
  });

  it("take the first page for what is no page", () => {
    expect(["", "0", "-3", "x", "1e9", "3"].map(pageFrom)).toEqual([1, 1, 1, 1, 1, 3]);
  });

  it("find a symbol by its name or its base, in any case", () => {
    const operator = { symbols: ["BTC/USDT", "ETH/USDT"] };
    expect(["", "btc", "BTCUSDT", "eth-usdt", "eth/usdt 48", "sol", "<b>"].map((word) => chosenSymbol(operator, word))).toEqual(["BTC/USDT", "BTC/USDT", "BTC/USDT", "ETH/USDT", "ETH/USDT", null, null]);
    expect(symbolButtons(operator, "chart", "BTC/USDT").flat().map(({ text }) => text)).toEqual(["ETH/USDT"]);
  });
});
