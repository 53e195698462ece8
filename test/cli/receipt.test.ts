import { mkdtempSync } from "node:fs";
import { chmod, copyFile, cp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { eventHash, firstHash } from "../../src/adapters/sqlite/chain.ts";
import { announcedText } from "../../src/core/receipts/receipt.ts";
import { endAll, scratch } from "./bot-on-sandbox.ts";
import { caucus, type Ran } from "./caucus.ts";
import { expectOfSchema } from "./json-schema.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
afterEach(endAll);

const headSchema = z.looseObject({ count: z.int(), hash: z.string(), receipts: z.array(z.looseObject({ number: z.int(), journal: z.looseObject({ sequence: z.int() }) })) });
const verdictSchema = z.looseObject({ sound: z.boolean(), count: z.int(), problems: z.int(), announced: z.int().nullable(), headFits: z.boolean().optional(), different: z.int().optional() });

interface Bench {
  readonly cwd: string;
  readonly ask: (...args: string[]) => Promise<Ran>;
}

let recorded = "";
beforeAll(async () => {
  recorded = mkdtempSync(join(tmpdir(), "caucus-receipts-"));
  const ran = await caucus(["run", "default", "--set", "trade.days=4", "--state", "st", "--json"], { cwd: recorded });
  expect(ran.code, ran.err).toBe(0);
});
afterAll(() => rm(recorded, { recursive: true, force: true }));

/** A run of a few days in a folder of its own. */
async function replayed(): Promise<Bench> {
  const cwd = await scratch();
  await cp(join(recorded, "st"), join(cwd, "st"), { recursive: true });
  return { cwd, ask: (...args) => caucus(["receipt", ...args], { cwd }) };
}

const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** Changes the price of a fill in a journal, as somebody would who can write the file; with `rehash` the whole chain after it, too. */
function editFill(path: string, sequence: number, rehash: boolean): void {
  const db = new DatabaseSync(path);
  db.exec("DROP TRIGGER events_no_update");
  db.prepare(`UPDATE events SET payload = json_set(payload, '$.event.ticks', json_extract(payload, '$.event.ticks') - 1) WHERE seq = ?`).run(sequence);
  if (rehash) {
    const name = z.object({ name: z.string() }).parse(db.prepare("SELECT name FROM identity").get()).name;
    let previous = firstHash("events", name);
    for (const raw of db.prepare("SELECT seq AS sequence, time, type, payload FROM events ORDER BY seq").all()) {
      const row = z.object({ sequence: z.int(), time: z.int(), type: z.string(), payload: z.string() }).parse(raw);
      const hash = eventHash(row, previous);
      db.prepare("UPDATE events SET prev_hash = ?, hash = ? WHERE seq = ?").run(previous, hash, row.sequence);
      previous = hash;
    }
    db.prepare("UPDATE chains SET hash = ? WHERE name = 'events'").run(previous);
  }
  db.close();
}

describe("caucus receipt", () => {
  it("lists, shows, exports and verifies the receipts of a run, within 80 columns, and the same again byte for byte", async () => {
    const { cwd, ask } = await replayed();
    const list = await ask("list", "--state", "st", "--last", "3");
    expect(list.code, list.err).toBe(0);
    const head = headSchema.parse(JSON.parse((await ask("list", "--state", "st", "--json")).out));
    expect(head.count).toBeGreaterThan(10);
    expect(list.out).toContain(`The last 3 of ${head.count} receipts. Head:\n${head.hash}\n`);
    const shown = await ask("show", "2", "--state", "st");
    expect(shown.out).toMatch(/^Receipt 2\n {2}What {6}(bought|sold) [\d.]+ BTC at [\d.]+ USDT, worth/);
    expect(shown.out).toMatch(/Votes {5}\S+ -?\d\.\d\d \(confidence/);
    for (const { out } of [list, shown]) for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    const exported = await ask("export", "--state", "st", "--out", "r.jsonl");
    expect(exported.out).toContain(`${head.count} receipts, head ${head.hash}`);
    const key = (await ask("public-key", "--state", "st")).out.trim();
    expect((await stat(join(cwd, "st", "receipts.key"))).mode & 0o777).toBe(0o600);
    const text = await readFile(join(cwd, "r.jsonl"), "utf8");
    expect((await ask("export", "--state", "st")).out).toBe(text);
    const second = (await ask("show", "2", "--state", "st", "--json")).out;
    expect(second).toBe(`${lines(text)[1]}\n`);
    await expectOfSchema("receipt show", second);
    await expectOfSchema("receipt list", (await ask("list", "--state", "st", "--json")).out);
    await expectOfSchema("receipt verify", (await ask("verify", "r.jsonl", "--key", key, "--json")).out);
    await expectOfSchema("replay", (await caucus(["replay", "st", "--json"], { cwd })).out);
    const verified = await ask("verify", "r.jsonl", "--key", key, "--head", announcedText(head), "--journal", "st");
    expect(verified.code, verified.out).toBe(0);
    expect(verified.out).toContain(`The announced head is receipt ${head.count}.`);
    expect(verified.out).toContain("The journal gives exactly the same.");
    await writeFile(join(cwd, "one.json"), `${lines(text)[4]}\n`);
    await writeFile(join(cwd, "owner.pub"), `${key}\n`);
    expect((await ask("verify", "one.json", "--key", "owner.pub")).out).toMatch(/^Receipt 5 is whole and signed with that key\./);
  });

  it("shows that an old fill was edited: by the head that was announced, by the exported receipts, and by every receipt after it", async () => {
    const { cwd, ask } = await replayed();
    const head = headSchema.parse(JSON.parse((await ask("list", "--state", "st", "--last", "1000", "--json")).out));
    await ask("export", "--state", "st", "--out", "r.jsonl");
    const key = (await ask("public-key", "--state", "st")).out.trim();
    for (const rehash of [false, true]) {
      const forged = `forged-${String(rehash)}`;
      await cp(join(cwd, "st"), join(cwd, forged), { recursive: true });
      editFill(join(cwd, forged, "journal.sqlite"), head.receipts[2]!.journal.sequence, rehash);
      // Whoever can edit the journal may have the key too, and makes receipts that stand up by themselves.
      await ask("export", "--state", forged, "--out", "f.jsonl");
      expect((await ask("verify", "f.jsonl", "--key", key)).code).toBe(0);
      const against = await ask("verify", "f.jsonl", "--key", key, "--head", announcedText(head));
      expect(against.code).toBe(1);
      expect(against.out.replaceAll("\n", " ")).toMatch(/The announced head \S+ is the hash of no receipt in it.*what was announced has been edited since/);
      const compared = await ask("verify", "r.jsonl", "--key", key, "--journal", forged);
      expect(compared.code).toBe(1);
      expect(compared.out.replaceAll(/\s+/g, " ")).toMatch(/^Receipt 3 is not what the journal gives: fill\.price is "[\d.]+" in the receipt, "[\d.]+" in the journal/);
      const judged = await ask("verify", "r.jsonl", "--key", key, "--journal", forged, "--head", announcedText(head), "--json");
      await expectOfSchema("receipt verify", judged.out);
      const verdict = verdictSchema.parse(JSON.parse(judged.out));
      expect(verdict).toMatchObject({ sound: false, problems: 0, announced: head.count, headFits: true, different: head.count - 2 });
    }
  });

  it("encrypts to the owner, and only the owner reads it", async () => {
    const { cwd, ask } = await replayed();
    const key = (await ask("public-key", "--state", "st", "--json")).out;
    const { publicKey } = z.strictObject({ publicKey: z.string() }).parse(JSON.parse(key));
    const [mine, other] = [await generateX25519Identity(), await generateX25519Identity()];
    await writeFile(join(cwd, "mine.txt"), `# mine\n${mine}\n`);
    await writeFile(join(cwd, "other.txt"), `${other}\n`);
    const made = await ask("export", "--state", "st", "--to", await identityToRecipient(mine), "--out", "r.age", "--json");
    expect(JSON.parse(made.out)).toMatchObject({ file: "r.age", publicKey });
    await expectOfSchema("receipt export", made.out);
    await expectOfSchema("receipt public-key", key);
    expect((await readFile(join(cwd, "r.age"))).toString("latin1")).not.toContain("BTC");
    expect((await ask("verify", "r.age", "--key", publicKey, "--identity", "mine.txt")).code).toBe(0);
    expect((await ask("decrypt", "r.age", "--identity", "mine.txt")).out).toBe((await ask("export", "--state", "st")).out);
    await expectOfSchema("receipt decrypt", (await ask("decrypt", "r.age", "--identity", "mine.txt", "--out", "plain.jsonl", "--json")).out);
    expect((await ask("verify", "plain.jsonl", "--key", publicKey)).code).toBe(0);
    const wrong = await ask("decrypt", "r.age", "--identity", "other.txt", "--out", "never.jsonl");
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain("could not be decrypted with other.txt: it was encrypted to somebody else");
    await expect(stat(join(cwd, "never.jsonl"))).rejects.toThrow(/ENOENT/);
    expect((await ask("verify", "r.age", "--key", publicKey)).err).toContain("r.age is encrypted. Name the file of your age identity with --identity.");
    expect((await ask("verify", "plain.jsonl", "--key", publicKey, "--identity", "mine.txt")).err).toContain("not encrypted");
  });

  it("tells what is wrong with what it is given", async () => {
    const { cwd, ask } = await replayed();
    const told = async (args: string[], code: number, said: RegExp): Promise<void> => {
      const ran = await ask(...args);
      expect(ran.err.replaceAll(/\s+/g, " "), args.join(" ")).toMatch(said);
      expect(ran.code, args.join(" ")).toBe(code);
      expect(ran.err).not.toMatch(/^\s+at /m);
    };
    const key = (await ask("public-key", "--state", "st")).out.trim();
    await ask("export", "--state", "st", "--out", "r.jsonl");
    await told(["list", "--state", "nowhere"], 2, /There is no journal nowhere.journal\.sqlite/);
    await told(["show", "999999", "--state", "st"], 2, /There is no receipt 999999: st.journal\.sqlite gives \d+/);
    await told(["show", "0", "--state", "st"], 2, /whole number from 1 on/);
    await told(["verify", "r.jsonl"], 2, /required option '--key/);
    await told(["verify", "r.jsonl", "--key", "abc"], 2, /64 hex digits/);
    await told(["verify", "none.jsonl", "--key", key], 2, /There is no file none\.jsonl/);
    await told(["verify", ".", "--key", key], 2, /is a folder/);
    await told(["verify", "r.jsonl", "--key", key, "--head", "abc"], 2, /--head: write the head as it was announced/);
    await told(["verify", "r.jsonl", "--key", "0".repeat(64)], 1, /does not stand up/);
    await told(["export", "--state", "st", "--to", "age1x"], 2, /--to: name the file to write with --out/);
    await told(["export", "--state", "st", "--to", "age1x", "--out", "x.age"], 2, /no age recipient/);
    await told(["decrypt", "r.jsonl", "--identity", "none"], 2, /not encrypted/);
    await chmod(join(cwd, "st", "receipts.key"), 0o644);
    await told(["export", "--state", "st"], 2, /can be read by others \(mode 644\)/);
    await copyFile(join(cwd, "st", "journal.sqlite"), join(cwd, "r.bin"));
    await told(["verify", "r.bin", "--key", key], 1, /does not stand up/);
  });
});
