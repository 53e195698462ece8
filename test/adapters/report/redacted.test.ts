import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, onTestFinished } from "vitest";
import { wrap } from "../../../src/adapters/report/terminal.ts";
import { writeReport, writeWhole } from "../../../src/adapters/report/write.ts";
import { openHttp } from "../../../src/adapters/http/server.ts";
import { forgetAll, remember } from "../../../src/core/redact.ts";

const CANARY = "canary-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789";
afterEach(forgetAll);

it("a report and a list are written without what is remembered, and bytes are left alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "caucus-redacted-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "page.html");
  const read = (): string => readFileSync(path, "utf8");
  await writeReport(path, `<p>${CANARY}</p>`);
  expect(read()).toContain(CANARY);
  remember([CANARY]);
  await writeReport(path, `<p>${CANARY}</p>`);
  expect(read()).toBe("<p>[redacted]</p>");
  await writeWhole(path, "the list", ["a\n", `${CANARY}\n`]);
  expect(read()).toBe("a\n[redacted]\n");
  await writeWhole(path, "the bytes", Buffer.from(CANARY));
  expect(read()).toBe(CANARY);
});

it("a line that is broken at the width of a terminal has lost what is remembered before", () => {
  expect(wrap(CANARY, 20).join("\n")).toContain("canary-0123456789");
  remember([CANARY]);
  expect(wrap(`the venue says ${CANARY}`, 20)).toEqual(["the venue says", "[redacted]"]);
});

it("an answer over HTTP is without what is remembered, in reasons, facts and figures", async () => {
  const door = await openHttp(0, {
    health: () => ({ ok: false, reasons: [`the venue refuses the key: ${CANARY}`], facts: { [CANARY]: CANARY } }),
    metrics: () => Promise.resolve({ text: `# ${CANARY}`, contentType: "text/plain" }),
  });
  onTestFinished(() => door.close());
  const both = async (): Promise<string> => (await Promise.all(["health", "metrics"].map(async (path) => (await fetch(`${door.url}/${path}`)).text()))).join("\n");
  expect((await both()).split(CANARY)).toHaveLength(5);
  remember([CANARY]);
  expect(await both()).not.toContain(CANARY);
  expect((await both()).split("[redacted]")).toHaveLength(5);
});
