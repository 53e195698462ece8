import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { caucus } from "./caucus.ts";
import { expectOfSchema } from "./json-schema.ts";

const DAY = 86_400_000;

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "caucus-tax-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const candles = (closes: readonly number[]): string => `time,open,high,low,close,volume\n${closes.map((close, i) => `${new Date(Date.UTC(2024, 0, 1) + i * DAY).toISOString().slice(0, 19)}Z,${close},${close},${close},${close},1`).join("\n")}\n`;

const KRAKEN = `"txid","refid","time","type","subtype","aclass","asset","amount","fee","balance"
"L1","T1","2023-01-01 10:00:00","trade","","currency","ZEUR",-1000,1,0
"L2","T1","2023-01-01 10:00:00","trade","","currency","XXBT",1,0,0
"L3","W1","2024-01-03 10:00:00","withdrawal","","currency","XXBT",-0.5,0.01,0
"L4","S1","2024-01-04 10:00:00","staking","","currency","DOT.S",10,0,10
`;
const WALLET = "time,kind,sent,sentAsset,received,receivedAsset\n2024-01-03T11:00Z,deposit,,,0.5,BTC\n2024-01-06,spend,0.5,BTC,,\n";

describe("caucus tax", () => {
  it("makes the year out of an exchange's file and a wallet's: lists, report, files for services, and its own CSV gives the same again", async () => {
    const folder = folderWith({ "kraken.csv": KRAKEN, "wallet.csv": WALLET, "btc.csv": candles([1_000, 2_000, 3_000, 4_000, 5_000, 6_000]), "dot.csv": candles([5, 5, 5, 5, 5]), "usdt.csv": candles([1.25, 1.25, 1.25, 1.25]) });
    const common = ["--by", "account", "--json"];
    const first = await caucus(["tax", "2024", "--import", "kraken.csv", "--import", "cold=wallet.csv", "--prices", "BTC/EUR=btc.csv", "--prices", "DOT/USDT=dot.csv", "--prices", "EUR/USDT=usdt.csv", "--csv", "out", "--report", "tax.html", ...common], { cwd: folder });
    expect([first.code, first.err]).toEqual([0, ""]);
    await expectOfSchema("tax", first.out);
    const said = JSON.parse(first.out) as { complete: boolean; summary: { long: { net: string }; short: { net: string }; incomeTotal: string }; lots: Record<string, unknown>[]; balances: unknown[]; prices: { legs: { symbol: string; source: string }[] }[] };
    // The fee of the transfer: 0.01 at 2,000 less 10.01 paid; the payment: 0.5 at 5,000 less 500.5 paid. Both held for more than a year.
    expect([said.complete, said.summary.long.net, said.summary.short.net, said.summary.incomeTotal]).toEqual([true, "2009.49", "0", "40"]);
    expect(said.prices.map(({ legs }) => legs.map(({ symbol, source }) => `${symbol} ${source}`))).toEqual([["BTC/EUR btc.csv"], ["DOT/USDT dot.csv", "EUR/USDT usdt.csv"], ["BTC/EUR btc.csv"]]);
    expect(readdirSync(join(folder, "out")).toSorted()).toEqual(["balances.csv", "cointracking.csv", "fees.csv", "gains.csv", "income.csv", "koinly-cold.csv", "koinly-kraken.csv", "lots.csv", "prices.csv", "problems.csv", "transactions.csv"]);
    expect(readFileSync(join(folder, "tax.html"), "utf8")).toContain("Complete: every one of the 4 rows");
    const again = await caucus(["tax", "2024", "--import", "out/transactions.csv", ...common], { cwd: folder });
    expect(again.code).toBe(0);
    const repeated = JSON.parse(again.out) as typeof said;
    const bare = (lots: Record<string, unknown>[]): unknown => lots.map((one) => ({ ...one, lot: "" }));
    expect([bare(repeated.lots), repeated.balances, repeated.summary]).toEqual([bare(said.lots), said.balances, said.summary]);
  }, 30_000);

  it("counts the journal of a run with prices of the store, and comes to what the ledger of the run holds", async () => {
    const days = Array.from({ length: 40 }, (_, i) => 1.25 + i / 1_000);
    const cwd = folderWith({ "eur.csv": candles(days), "start.csv": "time,account,kind,received,receivedAsset,value,valueCurrency\n2024-01-01,bot,deposit,100000,USDT,80000,EUR\n" });
    expect((await caucus(["data", "import", "eur.csv", "--symbol", "EUR/USDT", "--data-dir", "data"], { cwd })).code).toBe(0);
    expect((await caucus(["run", "--state", "st", "--log", "text"], { cwd })).code).toBe(0);
    const books = await caucus(["ledger", "verify", "--state", "st", "--json"], { cwd });
    await expectOfSchema("ledger verify", books.out);
    const { held } = JSON.parse(books.out) as { held: Record<string, string> };
    const ran = await caucus(["tax", "2024", "--journal", "bot=st", "--import", "start.csv", "--prices", "store:imported", "--data-dir", "data", "--json"], { cwd });
    expect([ran.code, ran.err]).toEqual([0, ""]);
    await expectOfSchema("tax", ran.out);
    const said = JSON.parse(ran.out) as { complete: boolean; balances: { asset: string; quantity: string }[]; notes: string[]; disposals: { asset: string; gain: string }[]; prices: { source: string; legs: { source: string }[] }[] };
    expect(said.complete).toBe(true);
    expect(said.notes).toEqual(["st/journal.sqlite is a replay run: nothing in it was bought or sold for real."]);
    expect(said.balances.find(({ asset }) => asset === "BTC")?.quantity).toBe(held["BTC"]);
    expect(said.disposals.filter(({ asset }) => asset === "BTC").length).toBeGreaterThan(20);
    expect(new Set(said.prices.flatMap(({ legs }) => legs.map(({ source }) => source)))).toEqual(new Set(["store:imported 1d"]));
  }, 60_000);

  it("ends with 1 and names the row when a price is missing", async () => {
    const ran = await caucus(["tax", "2024", "--import", "kraken.csv"], { cwd: folderWith({ "kraken.csv": KRAKEN }) });
    expect(ran.code).toBe(1);
    expect(ran.out).toContain("! kraken.csv:5: there are no candles of DOT");
    expect(ran.err).toContain("The report is not complete: 3 problems");
    await expectOfSchema("tax", (await caucus(["tax", "2024", "--import", "kraken.csv", "--json"], { cwd: folderWith({ "kraken.csv": KRAKEN }) })).out);
  }, 30_000);

  it.each([
    ["nothing to read", ["2024"], "There is nothing to report"],
    ["no year", ["24"], '"24" is no year'],
    ["a currency that is none", ["2024", "--currency", "BTC", "--import", "x.csv"], "--currency BTC: write the code of a state's currency"],
    ["a file that is not there", ["2024", "--import", "nowhere.csv"], "There is no file nowhere.csv"],
    ["prices that cannot be read", ["2024", "--import", "kraken.csv", "--prices", "btc"], "--prices btc: write SYMBOL=FILE"],
    ["a store without candles", ["2024", "--import", "kraken.csv", "--prices", "store:kraken", "--data-dir", "empty"], "no candles of kraken are stored"],
  ])("ends with 2 for %s", async (_, args, message) => {
    const ran = await caucus(["tax", ...args], { cwd: folderWith({ "kraken.csv": KRAKEN }) });
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(message);
  }, 30_000);
});
