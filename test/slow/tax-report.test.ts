import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { yearHtml } from "../../src/adapters/tax/report-html.ts";
import { taxYear } from "../../src/core/tax/year.ts";
import { fixedPrices, row, SETTINGS } from "../core/tax/rows.ts";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const HOSTILE = `</td><img src=x onerror="document.title='taken'">`;
let folder = "";
afterEach(async () => rm(folder, { recursive: true, force: true }));

describe.skipIf(!existsSync(CHROMIUM))(`the tax report in ${CHROMIUM} (skipped where there is none)`, () => {
  it("loads nothing, runs nothing, is not wider than the paper, and prints on A4 with the names of columns on every page", async () => {
    folder = await mkdtemp(join(tmpdir(), "tax-look-"));
    const path = join(folder, "tax.html");
    const rows = [
      row("trade", "2023-01-01T00:00Z", { sent: "100000 EUR", received: "100 BTC", account: HOSTILE, origin: `${HOSTILE}.csv:1` }),
      ...Array.from({ length: 120 }, (_, i) => row("trade", new Date(Date.UTC(2024, 0, 1 + i)).toISOString(), { sent: "0.123456789012345678 BTC", received: "123456.78 EUR", fee: "1.5 EUR", account: HOSTILE, origin: `/a/very/long/path/to/some/export of an exchange/transactions-2024.csv:${i + 2}` })),
    ];
    const year = taxYear(rows, { name: "2024", from: Date.UTC(2024, 0), to: Date.UTC(2025, 0) }, SETTINGS, fixedPrices({}));
    await writeFile(path, yearHtml(year, { zone: "UTC", sources: [], unread: [], notes: [] }));
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
    try {
      const page = await browser.newPage({ viewport: { width: 1050, height: 740 } });
      const trouble: string[] = [];
      page.on("console", (message) => trouble.push(message.text()));
      page.on("pageerror", (error) => trouble.push(error.message));
      page.on("request", (request) => {
        if (request.url() !== pathToFileURL(path).href) trouble.push(request.url());
      });
      await page.goto(pathToFileURL(path).href);
      expect(await page.title()).toBe("Tax report 2024");
      await page.emulateMedia({ media: "print" });
      // The width of A4 landscape between the margins, in CSS pixels.
      await page.setViewportSize({ width: 1032, height: 740 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(1032);
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
      expect(pdf.match(/\/MediaBox \[0 0 841\.\d+ 59[45]\.\d+\]/g)?.length ?? 0).toBeGreaterThan(2);
      expect(await page.evaluate("getComputedStyle(document.querySelector('thead')).display")).toBe("table-header-group");
      expect(trouble).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 60_000);
});
