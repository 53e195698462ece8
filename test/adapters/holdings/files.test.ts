import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { byHand } from "../../../src/adapters/holdings/by-hand.ts";
import { readFlows, readHoldings, readTradeFile } from "../../../src/adapters/holdings/files.ts";

const folder = mkdtempSync(join(tmpdir(), "caucus-holdings-"));
let count = 0;
function file(text: string | Uint8Array): string {
  const path = join(folder, `${++count}.csv`);
  writeFileSync(path, text);
  return path;
}
const failure = async (reading: Promise<unknown>): Promise<string> => reading.then(() => "no failure", (error: unknown) => String(error)).then((text) => text.replaceAll(`${folder}/`, ""));

describe("holdings of a CSV file", () => {
  it("are read with commas, with semicolons and a decimal comma, and with tabs", async () => {
    const plain = [{ asset: "BTC", quantity: "0.5", free: null, used: null, cost: "12000" }, { asset: "ETH", quantity: "3", free: null, used: null }];
    expect(await readHoldings(file("asset,quantity,cost\nBTC,0.50,12000\nETH,3,\n"))).toEqual(plain);
    expect(await readHoldings(file("Asset;Quantity;Cost\r\nBTC;0,5;12000\r\nETH;3;\r\n"))).toEqual(plain);
    expect(await readHoldings(file("asset\tquantity\tcost\nBTC\t0.5\t12000\nETH\t3"))).toEqual(plain);
  });

  it("are read with a BOM, quotes, doubled quotes, line breaks inside of quotes, blank lines and more columns", async () => {
    const text = '\uFEFF"asset","quantity","priced as","note"\n\n"WETH","1.000000000000000001","ETH","the ""cold"" one,\nin the safe"\n,,,\n';
    expect(await readHoldings(file(text))).toEqual([{ asset: "WETH", quantity: "1.000000000000000001", free: null, used: null, pricedAs: "ETH" }]);
  });

  it.each([
    ["a formula", "asset,quantity\nBTC,=SUM(A1:A9)", '2:2: quantity: is a formula ("=SUM(A1:A9)"); write its value'],
    ["a formula for a name", "asset,quantity\n@cmd,1", '2:1: asset: is a formula ("@cmd"); write its value'],
    ["a formula with a minus", "asset,quantity\nBTC,-A1", '2:2: quantity: is a formula ("-A1")'],
    ["words", "asset,quantity\nBTC,1\nETH,many", '3:2: quantity: must be a number such as 1234.5 without thousands marks, got "many"'],
    ["thousands marks", 'asset,quantity\nBTC,"1,234.5"', '2:2: quantity: must be a number'],
    ["both marks", "asset;quantity\nBTC;1.234,5", '2:2: quantity: must be a number'],
    ["a negative holding", "asset,quantity\nBTC,-1", '2:2: quantity: must be not below 0, got "-1"'],
    ["an empty cell", "asset,quantity\nBTC,", "2:2: quantity: is empty"],
    ["an infinite amount", "asset,quantity\nBTC,Infinity", "2:2: quantity: must be a number"],
    ["a name with blanks", "asset,quantity\nBT C,1", "2:1: asset: must be an asset such as BTC"],
    ["too many cells", "asset,quantity\nBTC,1,5", '2:3: there are more cells than columns; is "," the mark between cells, or part of a number?'],
    ["no such column", "coin,quantity\nBTC,1", "1: there is no column asset; the first line names them: asset, quantity, cost, pricedas, note"],
    ["a strange column", "asset,quantity,qty\nBTC,1,2", "1: the column qty is not known"],
    ["a column twice", "asset,quantity,asset\nBTC,1,BTC", "1: the column asset is there twice"],
    ["an open quote", 'asset,quantity\n"BTC,1\n', "2:1: the quote that opens here is never closed"],
    ["text after a quote", 'asset,quantity\n"BTC"x,1\n', "2:1: something follows a closing quote"],
    ["nothing", "", "is empty: the first line names the columns"],
    ["binary", "PK\u0000\u0001", "is no text"],
  ])("are refused with line and column for %s", async (_name, text, words) => {
    expect(await failure(readHoldings(file(text)))).toContain(words);
  });

  it("are refused when they are no UTF-8", async () => {
    expect(await failure(readHoldings(file(Uint8Array.of(0xff, 0xfe, 0x61, 0))))).toContain("is no UTF-8 text");
    expect(await failure(readHoldings(join(folder, "absent.csv")))).toContain("There is no file absent.csv");
  });

  it("are told with all that is wrong at once", async () => {
    const told = await failure(readHoldings(file("asset,quantity,cost\nBTC,x,y\n,1,\nETH,2,-3")));
    expect(told).toMatch(/has 4 problems/);
    for (const place of [":2:2: quantity", ":2:3: cost", ":3:1: asset: is empty", ":4:3: cost"]) expect(told).toContain(place);
  });

  it("stand beside those of the definition", async () => {
    const source = byHand([{ asset: "BTC", quantity: "1", free: null, used: null }], [file("asset,quantity\nETH,2\nLTC,0")]);
    const { holdings } = await source.read(new AbortController().signal);
    expect(holdings.map(({ asset, quantity }) => [asset, quantity])).toEqual([["BTC", "1"], ["ETH", "2"]]);
  });
});

describe("flows and trades of a CSV file", () => {
  it("are read with their times, and two equal rows are two", async () => {
    const flows = await readFlows(file("time,asset,quantity,value\n2024-01-31,EUR,1000,\n2024-02-01T12:30,BTC,-0.1,4000\n2024-01-31,EUR,1000,\n"));
    expect(flows).toMatchObject([
      { time: Date.UTC(2024, 0, 31), asset: "EUR", quantity: "1000" },
      { time: Date.UTC(2024, 1, 1, 12, 30), asset: "BTC", quantity: "-0.1", value: "4000" },
      { time: Date.UTC(2024, 0, 31), asset: "EUR", quantity: "1000" },
    ]);
    expect(new Set(flows.map(({ id }) => id)).size).toBe(3);
    const trades = await readTradeFile(file("time,symbol,side,quantity,price,fee,fee asset,account\n2024-01-31 09:00,BTC/EUR,BUY,0.5,40000,20,,old\n2024-01-31 09:00,BTC/EUR,sell,0.5,40000,0.01,BNB,old\n2024-01-31 09:00,BTC/EUR,sell,0.5,40000,,,old\n"));
    expect(trades).toMatchObject([
      { source: "old", base: "BTC", quote: "EUR", side: "buy", quantity: "0.5", price: "40000", fee: { asset: "EUR", quantity: "20" } },
      { side: "sell", fee: { asset: "BNB", quantity: "0.01" } },
      { side: "sell", fee: null },
    ]);
    expect(new Set(trades.map(({ id }) => id)).size).toBe(3);
  });

  it.each([
    ["2024-02-30,BTC/EUR,buy,1,1", "2:1: time: must be a UTC date"],
    ["2024-02-01,BTCEUR,buy,1,1", "2:2: symbol: must be a symbol such as BTC/USDT"],
    ["2024-02-01,BTC/EUR,hold,1,1", "2:3: side: must be buy or sell"],
    ["2024-02-01,BTC/EUR,buy,0,1", "2:4: quantity: must be above 0"],
    ["2024-02-01,BTC/EUR,buy,1,+1", "2:5: price: is a formula"],
  ])("are refused for %s", async (row, words) => {
    expect(await failure(readTradeFile(file(`time,symbol,side,quantity,price\n${row}\n`)))).toContain(words);
  });
});
