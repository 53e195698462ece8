import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { endAll, launch, sandbox, scratch, until, writeBot } from "../bot-on-sandbox.ts";
import type { Ran } from "../caucus.ts";
import { expectOfSchema } from "../json-schema.ts";
import { closeAll, KEY as ACCOUNT_KEY, openExchange, SECRET as ACCOUNT_SECRET } from "../../exchange/fixture.ts";
import { PASSPHRASE, caucusWith, keys } from "./keys-command.ts";

// Several processes start one after another, and each opens the store at its real cost.
vi.setConfig({ testTimeout: 300_000 });
afterEach(async () => {
  await closeAll();
  await endAll();
});

const SECRET = { apiKey: "AKIAQWERTYUIOPASDFGH", secret: "ZXCVBNMLKJHGFDSAQWERTY" };
const SANDBOX = JSON.stringify({ apiKey: "sandbox", secret: "sandbox" });

const fine = ({ code, out, err }: Ran): string => {
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
};
const refused = (ran: Ran, message: RegExp, code = 2): void => {
  expect(ran.err).toMatch(message);
  expect(ran.err).not.toMatch(/^\s+at /m);
  expect(ran.code).toBe(code);
};

interface Listed {
  readonly keys: readonly { readonly id: string; readonly label: string; readonly state: string; readonly lastUsed: number | null; readonly expiresInDays: number | null }[];
}
const list = async (cwd: string): Promise<Listed["keys"]> => (JSON.parse(fine(await keys(["list", "--json"], { cwd }))) as Listed).keys;

describe("caucus keys", () => {
  it("keeps keys from stdin and from a descriptor, and shows no secret of them anywhere", async () => {
    const cwd = await scratch();
    const said: string[] = [];
    said.push(fine(await keys(["add", "main", "--exchange", "binance"], { cwd, stdin: JSON.stringify(SECRET) })));
    expect(statSync(join(cwd, "state", "keys.sealed")).mode & 0o777).toBe(0o600);
    const days = new Date(Date.now() + 40.5 * 86_400_000).toISOString();
    said.push(fine(await keys(["add", "watch", "--exchange", "okx", "--scope", "read", "--expires", days, "--secrets-fd", "3", "--json"], { cwd, descriptors: [JSON.stringify({ apiKey: "other-key-of-okx", secret: "other-secret", password: "other-password" })] })));
    expect(await list(cwd)).toMatchObject([
      { label: "main", exchange: "binance", account: "main", scope: "trade", state: "added", lastUsed: null, expires: null, expiresInDays: null, apiKey: "AKIA..." },
      { label: "watch", exchange: "okx", scope: "read", state: "added", expiresInDays: 40 },
    ]);
    for (const args of [["list"], ["list", "--json"], ["export-public"], ["export-public", "--json"]]) said.push(fine(await keys(args, { cwd })));
    for (const [command, at] of [["keys add", 1], ["keys list", 3], ["keys export-public", 5]] as const) await expectOfSchema(command, said[at]!);
    expect(said[2]).toMatch(/watch +okx\/main +read +added +never +in 40 days/);
    for (const hidden of ["AKIAQ", SECRET.secret, "other-key", "other-secret", "other-password", PASSPHRASE]) expect(said.join("\n")).not.toContain(hidden);
  });

  it("answers a wrong passphrase with one line and code 2, whatever was asked, and changes nothing", async () => {
    const cwd = await scratch();
    fine(await keys(["add", "main", "--exchange", "binance"], { cwd, stdin: JSON.stringify(SECRET) }));
    const path = join(cwd, "state", "keys.sealed");
    const before = readFileSync(path);
    for (const args of [["list"], ["export-public"], ["verify"], ["remove", "main", "--yes"], ["add", "second", "--exchange", "kraken"]]) {
      const ran = await keys(args, { cwd, stdin: JSON.stringify(SECRET) }, "another passphrase");
      refused(ran, /^caucus: state\/keys\.sealed cannot be opened: the passphrase is not the one .*\n$/);
      expect(ran.out).toBe("");
    }
    expect(readFileSync(path).equals(before)).toBe(true);
    chmodSync(path, 0o644);
    refused(await keys(["list"], { cwd }), /may be read by others.*chmod 600/);
  });

  it("takes the passphrase from a descriptor, and neither it nor a secret from an argument", async () => {
    const cwd = await scratch();
    fine(await caucusWith(["keys", "add", "main", "--exchange", "binance", "--passphrase-fd", "3", "--secrets-fd", "4", "--store", "elsewhere"], { cwd, descriptors: [`${PASSPHRASE}\n`, JSON.stringify(SECRET)] }));
    expect(existsSync(join(cwd, "elsewhere"))).toBe(true);
    for (const flag of ["--passphrase", "--secret", "--api-key", "--password"]) refused(await keys(["add", "more", "--exchange", "binance", flag, "x"], { cwd }), /unknown option/);
    refused(await caucusWith(["keys", "list", "--store", "elsewhere"], { cwd }), /nobody to ask for the passphrase/);
    refused(await caucusWith(["keys", "list", "--store", "elsewhere"], { cwd, env: { CAUCUS_KEYS_PASSPHRASE: PASSPHRASE } }), /CAUCUS_KEYS_PASSPHRASE_FILE/);
  });

  it("says what is wrong with a key that is given, without repeating it", async () => {
    const cwd = await scratch();
    const add = (stdin: string, ...flags: string[]): Promise<Ran> => keys(["add", "main", "--exchange", "binance", ...flags], { cwd, stdin });
    for (const stdin of [SECRET.secret, JSON.stringify({ apiKey: SECRET.secret }), JSON.stringify({ ...SECRET, more: SECRET.secret }), JSON.stringify([SECRET.secret])]) {
      const ran = await add(stdin);
      refused(ran, /^caucus: stdin/);
      expect(ran.err).not.toContain(SECRET.secret);
    }
    refused(await add(JSON.stringify(SECRET), "--expires", "2020-01-01"), /this day is over/);
    refused(await add(JSON.stringify(SECRET), "--expires", "soon"), /write a date/);
    refused(await keys(["add", "main", "--exchange", "kucoin"], { cwd, stdin: JSON.stringify(SECRET) }), /--scope read/);
    refused(await keys(["add", "-", "--exchange", "binance"], { cwd, stdin: JSON.stringify(SECRET) }), /no label/);
    refused(await keys(["list"], { cwd }), /There is no key store state\/keys\.sealed/);
  });

  it("asks before it removes, and removes nothing that is in use", async () => {
    const cwd = await scratch();
    fine(await keys(["add", "main", "--exchange", "binance"], { cwd, stdin: JSON.stringify(SECRET) }));
    refused(await keys(["remove", "main"], { cwd }), /nobody to ask\. Add --yes/);
    refused(await keys(["remove", "second", "--yes"], { cwd }), /There is no key "second"/);
    expect(await list(cwd)).toHaveLength(1);
    const removed = fine(await keys(["remove", "main", "--yes", "--json"], { cwd }));
    await expectOfSchema("keys remove", removed);
    expect(JSON.parse(removed)).toMatchObject({ removed: { label: "main", apiKey: "AKIA..." } });
    expect(await list(cwd)).toEqual([]);
  });
});

describe("caucus keys disable", () => {
  it("says with --json what was done, also where no bot is known", async () => {
    const cwd = await scratch();
    fine(await keys(["add", "main", "--exchange", "binance"], { cwd, stdin: JSON.stringify(SECRET) }));
    const out = fine(await keys(["disable", "main", "--json"], { cwd }));
    await expectOfSchema("keys disable", out);
    expect(JSON.parse(out)).toMatchObject({ disabled: [expect.any(String)], notCanceled: [] });
    expect((await list(cwd))[0]?.state).toBe("disabled");
  });
});

describe("caucus keys verify", () => {
  it("prints what the exchange allows, right by right, and fails when it is too much", async () => {
    const cwd = await scratch();
    const exchange = await sandbox(cwd, "--speed", "0");
    await writeBot(cwd, exchange.url, { trade: ", key: {acknowledge: [any-ip]}" });
    fine(await keys(["add", "main", "--exchange", "binance"], { cwd, stdin: SANDBOX }));
    const good = fine(await keys(["verify", "--url", exchange.url], { cwd }));
    expect(good).toMatch(/^main \(\w+\): binance, account main, for trading: ok\n/);
    for (const field of ["enableReading", "enableSpotAndMarginTrading", "enableWithdrawals", "enableInternalTransfer", "permitsUniversalTransfer", "enableMargin", "enableFutures", "enableVanillaOptions", "enablePortfolioMarginTrading", "ipRestrict"]) {
      expect(good).toMatch(new RegExp(`  (?:yes|no) +ok  ${field}\n`));
    }
    expect((await list(cwd))[0]?.state).toBe("verified");
    await exchange.post("permissions", { fields: { enableFutures: true, ipRestrict: false } });
    const bad = await keys(["verify", "main", "--url", exchange.url], { cwd });
    refused(bad, /main: not as it has to be/, 1);
    expect(bad.out).toMatch(/futures +yes +not ok +enableFutures/);
    expect(bad.out).toMatch(/known addresses only +no +not ok +ipRestrict/);
    // The definition's own address and what it acknowledges.
    const { out } = await keys(["verify", "--definition", "bot.yaml", "--json"], { cwd });
    await expectOfSchema("keys verify", out);
    const judged = JSON.parse(out) as { keys: { findings: { rule: string; ok: boolean }[] }[] };
    expect(judged.keys[0]?.findings.filter(({ ok }) => !ok).map(({ rule }) => rule)).toEqual(["futures"]);
    fine(await keys(["add", "second", "--exchange", "kraken"], { cwd, stdin: SANDBOX }));
    refused(await keys(["verify", "--url", exchange.url], { cwd }), /several exchanges.*Name a key/);
    await exchange.post("revoke", {});
    expect((await keys(["verify", "main", "--url", exchange.url], { cwd })).out).toMatch(/NOT OK\n  binance refuses the key/);
  });
});

describe("a bot with a stored key", () => {
  it("trades with it, makes it the active one, notes its use, and says which key it took", async () => {
    const cwd = await scratch();
    const exchange = await sandbox(cwd);
    await writeBot(cwd, exchange.url);
    fine(await keys(["add", "main", "--exchange", "binance"], { cwd, stdin: SANDBOX }));
    const [added] = await list(cwd);
    const env = { CAUCUS_KEYS_PASSPHRASE_FILE: join(cwd, "passphrase") };
    const run = (more: Record<string, string>, ...flags: string[]) => launch(["run", "bot.yaml", "--live", "--state", "run", "--log", "text", ...flags], cwd, { ...env, ...more });
    const bot = run({});
    await until("orders of the bot", async () => {
      if (bot.child.exitCode !== null) throw new Error(`the bot ended: ${bot.out()}${bot.err()}`);
      return (await exchange.state()).accounts[0]!.openOrders.length >= 4;
    });
    expect(bot.out().replaceAll("\n", " ")).toMatch(new RegExp(`key main \\(${added?.id}\\): real orders`));
    await until("the note that it is used", async () => (await list(cwd))[0]?.lastUsed !== null, 60_000);
    expect((await list(cwd))[0]?.state).toBe("active");
    refused(await keys(["remove", "main", "--yes"], { cwd }), /main .* is active/);
    bot.child.kill("SIGTERM");
    expect(await bot.ended).toEqual({ code: 0, signal: null });
    // What the environment holds comes first where no key is named, and last where one is.
    const both = { CAUCUS_API_KEY: "sandbox", CAUCUS_API_SECRET: "wrong" };
    const withEnvironment = await caucusWith(["run", "bot.yaml", "--live", "--state", "run"], { cwd, env: { ...env, ...both } });
    refused(withEnvironment, /refuses the key/);
    expect(withEnvironment.out + withEnvironment.err).not.toContain("(" + (added?.id ?? "?"));
    const named = run(both, "--key", "main");
    await until("the bot with the named key", () => named.out().includes("not that of CAUCUS_API_KEY") || named.child.exitCode !== null);
    expect(named.out().replaceAll(/\s+/g, " ")).toContain("The stored key main is used, and not that of CAUCUS_API_KEY.");
    await until("its start", () => named.out().includes("Goes on with the run in run.") || named.child.exitCode !== null);
    named.child.kill("SIGTERM");
    expect(await named.ended).toEqual({ code: 0, signal: null });
    expect(`${bot.out()}${bot.err()}${named.out()}`).not.toContain(PASSPHRASE);
    refused(await caucusWith(["run", "bot.yaml", "--live", "--state", "run", "--key", "other"], { cwd, env }), /There is no key "other".*main/);
  });
});

describe("a portfolio with a stored key", () => {
  it("reads the account that names it, and says so where the environment has another", async () => {
    const cwd = await scratch();
    const exchange = await openExchange();
    writeFileSync(join(cwd, "mine.yaml"), `portfolio: {accounts: [{label: first, exchange: binance, url: "${exchange.url}", key: watch}]}\n`);
    fine(await keys(["add", "watch", "--exchange", "binance", "--scope", "read"], { cwd, stdin: JSON.stringify({ apiKey: ACCOUNT_KEY, secret: ACCOUNT_SECRET }) }));
    const env = { CAUCUS_KEYS_PASSPHRASE_FILE: join(cwd, "passphrase"), CAUCUS_FIRST_KEY: "another", CAUCUS_FIRST_SECRET: "another" };
    const ran = await caucusWith(["portfolio", "mine.yaml", "--json"], { cwd, env });
    expect(JSON.parse(ran.out)).toMatchObject({ places: [{ label: "first", state: "read" }] });
    expect(ran.err).toBe("The stored key watch is used for the account first, and not that of CAUCUS_FIRST_KEY.\n");
    expect((await list(cwd))[0]).toMatchObject({ state: "active", lastUsed: expect.any(Number) as number });
    writeFileSync(join(cwd, "mine.yaml"), `portfolio: {accounts: [{label: first, exchange: binance, url: "${exchange.url}", key: other}]}\n`);
    refused(await caucusWith(["portfolio", "mine.yaml"], { cwd, env }), /There is no key "other"/);
  });
});
