import { existsSync, mkdtempSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importFile, importText, together } from "../../../src/adapters/tax/import.ts";
import type { Amount, TaxRow } from "../../../src/core/tax/row.ts";

const amount = (one: Amount | null): string => (one === null ? "-" : `${one.quantity} ${one.asset}`);
const said = ({ time, kind, income, sent, received, fee }: TaxRow): string => [new Date(time).toISOString(), income ?? kind, amount(sent), amount(received), amount(fee)].join(" | ");
const read = (lines: readonly string[]) => importText(lines.join("\n"), "file.csv", null);

describe("Kraken", () => {
  it("reads ledgers: two sides of a trade with both fees, pending lines left out, staking, moves within the account", () => {
    const { rows, unread, internal, format } = read([
      '"txid","refid","time","type","subtype","aclass","asset","wallet","amount","fee","balance"',
      '"","D1","2024-01-05 12:00:00","deposit","","currency","ZEUR","spot / main",1000.0000,0,""',
      '"L1","D1","2024-01-05 12:01:00","deposit","","currency","ZEUR","spot / main",1000.0000,0,1000',
      '"L2","T1","2024-01-06 10:00:00","trade","tradespot","currency","ZEUR","spot / main",-100.0000,0.1800,899.82',
      '"L3","T1","2024-01-06 10:00:00","trade","tradespot","currency","XXBT","spot / main",0.0020000000,0.0000010000,0.001999',
      '"L4","S1","2024-01-07 00:00:00","staking","","currency","DOT28.S","spot / main",2.5,0,2.5',
      '"L5","M1","2024-01-08 00:00:00","transfer","spottostaking","currency","DOT","spot / main",-1,0,0',
      '"L6","W1","2024-01-09 00:00:00","withdrawal","","currency","XXBT","spot / main",-0.001,0.0001,0',
      '"L7","X1","2024-01-10 00:00:00","margin","","currency","ZUSD","spot / main",-5,0,0',
    ]);
    expect(format).toBe("kraken ledgers");
    expect(rows.map(said).toSorted()).toEqual([
      "2024-01-05T12:01:00.000Z | deposit | - | 1000 EUR | -",
      "2024-01-06T10:00:00.000Z | fee | - | - | 0.18 EUR",
      "2024-01-06T10:00:00.000Z | trade | 100 EUR | 0.002 BTC | 0.000001 BTC",
      "2024-01-07T00:00:00.000Z | staking | - | 2.5 DOT | -",
      "2024-01-09T00:00:00.000Z | withdrawal | 0.001 BTC | - | 0.0001 BTC",
    ]);
    expect(internal).toBe(1);
    expect(unread.map(({ origin, text }) => `${origin} ${text}`)).toEqual(["file.csv:9 margin of -5 USD is not understood; write it into a CSV of your own"]);
  });

  it("reads trades with old and new names of pairs", () => {
    const { rows } = read([
      '"txid","ordertxid","pair","time","type","ordertype","price","cost","fee","vol","margin","misc","ledgers"',
      '"TA","O1","XXBTZEUR","2024-03-19 19:43:31.6798","buy","limit",54054.0,100.00,0.18,0.00185,0.00000,"","L1,L2"',
      '"TB","O2","POL/EUR","2024-03-20 19:43:31","sell","limit",0.5,50,0.1,100,0.00000,"","L3,L4"',
    ]);
    expect(rows.map(said)).toEqual(["2024-03-19T19:43:31.679Z | trade | 100 EUR | 0.00185 BTC | 0.18 EUR", "2024-03-20T19:43:31.000Z | trade | 100 POL | 50 EUR | 0.1 EUR"]);
  });
});

describe("Binance", () => {
  it("reads the trade history, with names that begin with a digit and thousands marks, newest first", () => {
    const { rows, unread } = read([
      "\uFEFFDate(UTC),Pair,Side,Price,Executed,Amount,Fee",
      '2024-06-05 16:36:56,1INCHUSDT,SELL,0.5,1001INCH,50USDT,0.05USDT',
      '2024-06-04 16:36:56,DOGEEUR,BUY,0.31031,"1,500DOGE",465.465EUR,0.0005BNB',
      '2024-06-03 16:36:56,NEWCOINXYZ,BUY,1,5,5,0',
    ]);
    expect(rows.map(said)).toEqual(["2024-06-04T16:36:56.000Z | trade | 465.465 EUR | 1500 DOGE | 0.0005 BNB", "2024-06-05T16:36:56.000Z | trade | 100 1INCH | 50 USDT | 0.05 USDT"]);
    expect(unread.map(({ origin }) => origin)).toEqual(["file.csv:4"]);
  });

  it("reads the old trade history with a column for the fee's coin", () => {
    const { rows } = read(["Date(UTC),Market,Type,Price,Amount,Total,Fee,Fee Coin", "2018-01-02 03:04:05,ETHBTC,SELL,0.05,2,0.1,0.0001,BNB"]);
    expect(rows.map(said)).toEqual(["2018-01-02T03:04:05.000Z | trade | 2 ETH | 0.1 BTC | 0.0001 BNB"]);
  });

  it("reads the transaction history: one trade per second and account, income, moves, and says what it does not know", () => {
    const { rows, unread, internal } = read([
      '"User_ID","UTC_Time","Account","Operation","Coin","Change","Remark"',
      '"1","2024-01-10 08:00:00","Spot","Transaction Buy","BTC","0.01",""',
      '"1","2024-01-10 08:00:00","Spot","Transaction Buy","BTC","0.01",""',
      '"1","2024-01-10 08:00:00","Spot","Transaction Spend","USDT","-1200",""',
      '"1","2024-01-10 08:00:00","Spot","Transaction Fee","BNB","-0.001",""',
      '"1","2024-01-11 08:00:00","Earn","Simple Earn Flexible Interest","ETH","0.004",""',
      '"1","2024-01-12 08:00:00","Spot","Simple Earn Flexible Subscription","ETH","-1",""',
      '"1","2024-01-13 08:00:00","Spot","Withdraw","ETH","-0.5","Withdraw fee is included"',
      '"1","2024-01-14 08:00:00","Spot","Something New","ETH","-0.5",""',
      '"1","2024-01-15 08:00:00","Spot","Binance Convert","ETH","-0.5",""',
    ]);
    expect(rows.map(said).toSorted()).toEqual([
      "2024-01-10T08:00:00.000Z | trade | 1200 USDT | 0.02 BTC | 0.001 BNB",
      "2024-01-11T08:00:00.000Z | interest | - | 0.004 ETH | -",
      "2024-01-13T08:00:00.000Z | withdrawal | 0.5 ETH | - | -",
    ]);
    expect(internal).toBe(1);
    expect(unread.map(({ origin }) => origin)).toEqual(["file.csv:9", "file.csv:10"]);
  });
});

describe("Coinbase", () => {
  it("reads the file under its title: purchases, sales, conversions, rewards with their stated value, moves", () => {
    const { rows, unread } = read([
      "Transactions", "User,Somebody,abc",
      "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,Total (inclusive of fees and/or spread),Fees and/or Spread,Notes",
      "1,2024-01-02 10:00:00 UTC,Buy,BTC,0.01,EUR,€40000.00,€400.00,€405.99,€5.99,Bought",
      "2,2024-02-01 10:00:00 UTC,Convert,BTC,-0.005,EUR,€41000.00,€205.00,€205.00,€0.00,Converted 0.005 BTC to 0.1 ETH",
      "3,2024-03-01 10:00:00 UTC,Staking Income,ETH,0.001,EUR,€3000.00,€3.00,€3.00,€0.00,",
      '4,2024-04-01 10:00:00 UTC,Advanced Trade Sell,ETH,-0.05,EUR,€3200.00,"€1,160.00",€158.00,€2.00,Sold',
      "5,2024-04-02 10:00:00 UTC,Send,ETH,-0.01,EUR,€3200.00,€32.00,€32.00,€0.00,",
      "6,2024-05-02 10:00:00 UTC,Mystery,SOL,1,EUR,€90,€90,€90,€0,",
    ]);
    expect(rows.map(said)).toEqual([
      "2024-01-02T10:00:00.000Z | trade | 400 EUR | 0.01 BTC | 5.99 EUR",
      "2024-02-01T10:00:00.000Z | trade | 0.005 BTC | 0.1 ETH | -",
      "2024-03-01T10:00:00.000Z | staking | - | 0.001 ETH | -",
      "2024-04-01T10:00:00.000Z | trade | 0.05 ETH | 1160 EUR | 2 EUR",
      "2024-04-02T10:00:00.000Z | withdrawal | 0.01 ETH | - | -",
    ]);
    expect(rows.map(({ value }) => value?.amount ?? "-")).toEqual(["-", "205", "3", "-", "-"]);
    expect(unread.map(({ text }) => text)).toEqual(['"Mystery" of 1 SOL is not understood; write it into a CSV of your own']);
  });
});

describe("our own CSV", () => {
  it("takes semicolons, a BOM, decimal commas and notes over several lines", () => {
    const { rows } = importText('\uFEFFtime;kind;sent;sentAsset;received;receivedAsset;note\r\n2024-01-01;trade;1000,5;EUR;0,5;BTC;"two\r\nlines; and ""quotes"""\r\n2024-01-02;spend;0.1;BTC;;;\r\n', "own.csv", "wallet");
    expect(rows.map(said)).toEqual(["2024-01-01T00:00:00.000Z | trade | 1000.5 EUR | 0.5 BTC | -", "2024-01-02T00:00:00.000Z | spend | 0.1 BTC | - | -"]);
    expect(rows.map(({ origin, account, note }) => [origin, account, note])).toEqual([["own.csv:2", "wallet", 'two\r\nlines; and "quotes"'], ["own.csv:4", "wallet", null]]);
  });

  it("takes tabs, lines that end in a CR alone, and amounts with an exponent", () => {
    const { rows } = importText("time\tkind\tfee\tfeeAsset\r2024-01-01\tfee\t1e-7\tBTC\r2024-01-02\tfee\t2\tEUR\r", "own.csv", null);
    expect(rows.map(said)).toEqual(["2024-01-01T00:00:00.000Z | fee | - | - | 0.0000001 BTC", "2024-01-02T00:00:00.000Z | fee | - | - | 2 EUR"]);
  });

  it.each([
    ["a number that is none", "2024-01-01,trade,1e3x,EUR,1,BTC", "own.csv:2:3: sent: must be a number"],
    ["a number finer than any token", "2024-01-01,trade,1e-70,EUR,1,BTC", "own.csv:2:3: sent: must be a number"],
    ["a number beyond all that exists", "2024-01-01,trade,9e40,EUR,1,BTC", "own.csv:2:3: sent: must be a number"],
    ["a formula", '2024-01-01,trade,"=1+1",EUR,1,BTC', 'own.csv:2:3: sent: must be a number such as 1234.5 without thousands marks, got "=1+1"'],
    ["a thousands mark", '2024-01-01,trade,"1,000",EUR,1,BTC', "own.csv:2:3: sent"],
    ["a date that does not exist", "2024-02-30,trade,1,EUR,1,BTC", "own.csv:2:1: time: must be a UTC date"],
    ["an amount below zero", "2024-01-01,trade,-1,EUR,1,BTC", "own.csv:2:3: sent: must not be below 0"],
    ["a kind that is not known", "2024-01-01,steal,1,EUR,1,BTC", "own.csv:2:2: kind: must be one of trade"],
    ["half of a trade", "2024-01-01,trade,1,EUR,,", "own.csv:2:5: received: is empty or 0; a trade needs it"],
    ["an amount of nothing", "2024-01-01,trade,1,EUR,1,", "own.csv:2:6: receivedasset: is empty"],
    ["more cells than columns", "2024-01-01,trade,1,EUR,1,BTC,7", "own.csv:2:7: there are more cells than columns"],
    ["an open quote", '2024-01-01,trade,"1', "own.csv:2:3: the quote that opens here is never closed"],
  ])("refuses %s with its line and column", (_, line, message) => {
    expect(() => importText(`time,kind,sent,sentAsset,received,receivedAsset\n${line}\n`, "own.csv", null)).toThrow(message);
  });

  it("tells all that is wrong at once, and cuts what is endless", () => {
    const lines = Array.from({ length: 30 }, () => "x,trade,1,EUR,1,BTC").join("\n");
    expect(() => importText(`time,kind,sent,sentAsset,received,receivedAsset\n${lines}`, "own.csv", null)).toThrow(/has 30 problems[\s\S]*and 10 more/);
    expect(() => importText(`time,kind,note\n2024-01-01,fee,${"x".repeat(20_000)}`, "own.csv", null)).toThrow("a cell of 20000 characters");
    expect(() => importText(`time,kind\n${`${",".repeat(199)}\n`.repeat(20_200)}`, "own.csv", null)).toThrow("more than 4000000 cells");
    expect(() => importText(`${",".repeat(1_000)}\n`, "own.csv", null)).toThrow("more than 200 cells");
  });

  it("refuses files that are no text, not known, or too large to be right", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tax-"));
    const file = (name: string, bytes: string | Uint8Array): string => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    await expect(importFile(file("binary.csv", new Uint8Array([0xff, 0xfe, 0x00, 0x41])), null)).rejects.toThrow("is no UTF-8 text");
    await expect(importFile(file("other.csv", "a,b\n1,2\n"), null)).rejects.toThrow("names the columns of a file that is known");
    await expect(importFile(file("empty.csv", ""), null)).rejects.toThrow("is empty");
    await expect(importFile(folder, null)).rejects.toThrow("is a folder");
    await expect(importFile(join(folder, "nowhere.csv"), null)).rejects.toThrow("There is no file");
    const huge = file("huge.csv", "");
    truncateSync(huge, 200 * 1_024 * 1_024);
    await expect(importFile(huge, null)).rejects.toThrow("more than 64 MiB");
  });

  it.skipIf(!existsSync("/dev/zero"))("refuses what has no end", async () => {
    await expect(importFile("/dev/zero", null)).rejects.toThrow("/dev/zero has more than 64 MiB");
  });

  it.each([["trade,100,EUR,1,BTC,2,BTC", "BTC"], ["income,,,1,SOL,1.1,SOL", "SOL"]])("refuses a fee that leaves less than nothing of what came in: %s", (cells, asset) => {
    const file = `time,kind,sent,sentAsset,received,receivedAsset,fee,feeAsset\n2024-01-05,${cells}\n`;
    expect(() => importText(file, "own.csv", null)).toThrow(`fee: is more than the 1 ${asset} that were received`);
  });
});

it("counts what stands in two files once, and equal lines of one file twice", () => {
  const text = "time,kind,sent,sentAsset,received,receivedAsset\n2024-01-01,trade,1,EUR,1,BTC\n2024-01-01,trade,1,EUR,1,BTC\n";
  const [january, both] = [importText(text, "a.csv", "x").rows, importText(`${text}2024-02-01,spend,1,BTC,,\n`, "b.csv", "x").rows];
  const { rows, twice } = together([january, both]);
  expect([rows.length, twice]).toEqual([3, 2]);
});
