import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type Page, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderComparison } from "../../src/adapters/report/comparison/html.ts";
import { renderReport } from "../../src/adapters/report/html.ts";
import { renderSearchPage } from "../../src/adapters/report/search/html.ts";
import { compare } from "../../src/app/honesty/comparison.ts";
import type { DailyRun } from "../../src/app/honesty/daily.ts";
import { type Fixture, fixture } from "../adapters/report/fixture.ts";
import { searchFixture } from "../adapters/report/search/fixture.ts";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const HOSTILE = `</script><img src=x onerror="document.title='taken'">`;
const QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** An open report, and what went wrong while it was open. */
interface Opened {
  readonly page: Page;
  /** Console errors, page errors, and requests for anything but the file itself. */
  readonly trouble: string[];
}

describe.skipIf(!existsSync(CHROMIUM))(`the report in ${CHROMIUM} (skipped where there is none)`, () => {
  let browser: Browser;
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "report-look-"));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  async function open(run: Fixture, width = 1280, colorScheme: "light" | "dark" = "light"): Promise<Opened> {
    const path = join(folder, "report.html");
    await writeFile(path, renderReport(run.output, run.series));
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const trouble: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") trouble.push(message.text());
    });
    page.on("pageerror", (error) => trouble.push(error.message));
    page.on("request", (request) => {
      if (request.url() !== pathToFileURL(path).href) trouble.push(`request ${request.url()}`);
    });
    await page.goto(pathToFileURL(path).href);
    await page.waitForFunction(`document.querySelector("#inspector").textContent !== ""`);
    // Two frames: the chart lays itself out in the first, the strips under it in the second.
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    return { page, trouble };
  }

  it.each([
    ["light", 1280, "light"],
    ["dark", 1280, "dark"],
    ["phone", 390, "light"],
  ] as const)("draws every chart without an error, a request or sideways scrolling: %s", async (name, width, scheme) => {
    const { page, trouble } = await open(fixture(), width, scheme);
    for (const part of ["#price-chart", "#council .strip", "#equity-chart", "#drawdown-chart"]) {
      expect(await colours(page, part), part).toBeGreaterThan(2);
    }
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    await page.screenshot({ path: join(tmpdir(), `caucus-report-${name}.png`), fullPage: true });
    expect(trouble).toEqual([]);
    await page.close();
  });

  it("shows the reason and the votes of the bar that is pointed at, and keeps a bar that is clicked", async () => {
    const { page } = await open(fixture());
    const inspector = page.locator("#inspector");
    const last = await inspector.innerText();
    const box = await page.locator("#price-chart").boundingBox();
    const [x, y] = [box!.x + box!.width * 0.4, box!.y + 120];
    await page.mouse.move(x, y);
    await expect.poll(() => inspector.innerText()).not.toBe(last);
    const pointed = await inspector.innerText();
    expect(pointed).toMatch(/4 agents voted; the pooled score is/);
    expect(pointed).toMatch(/momentum[\s\S]*from its average of 48 bars/);
    await page.mouse.click(x, y);
    await inspector.getByText("pinned").waitFor();
    await page.mouse.move(x + 150, y);
    expect((await inspector.innerText()).split("\n")[0]).toBe(pointed.split("\n")[0]);
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => inspector.innerText()).not.toBe(pointed);
    await page.keyboard.press("Escape");
    await page.mouse.move(0, 0);
    await expect.poll(() => inspector.innerText()).toBe(last);
    await page.close();
  });

  it("points at the same bar from the votes below the chart", async () => {
    const { page, trouble } = await open(fixture());
    const inspector = page.locator("#inspector");
    const before = await inspector.innerText();
    await page.locator("#council canvas").nth(1).hover({ position: { x: 100, y: 5 } });
    await expect.poll(() => inspector.innerText()).not.toBe(before);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it("changes symbol, layers and zoom by its buttons", async () => {
    const { page, trouble } = await open(fixture({ symbols: ["BTC/USDT", "ETH/USDT"], candles: 600 }));
    const look = async (): Promise<string> => (await page.locator("#price-chart").screenshot()).toString("base64");
    const first = await look();
    await page.getByRole("tab", { name: "ETH/USDT" }).click();
    await expect.poll(look).not.toBe(first);
    const whole = await look();
    await page.getByRole("button", { name: "Stance", exact: true }).click();
    await expect.poll(look).not.toBe(whole);
    const plain = await look();
    await page.getByRole("button", { name: "Zoom in" }).click();
    await expect.poll(look).not.toBe(plain);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it("zooms every chart when one is zoomed: the curves with the price, the price with a curve", async () => {
    const { page, trouble } = await open(fixture());
    const look = async (part: string): Promise<string> => (await page.locator(part).screenshot()).toString("base64");
    const parts = ["#price-chart", "#council", "#equity-chart", "#drawdown-chart"];
    const whole = await Promise.all(parts.map(look));
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.mouse.move(0, 0);
    for (const [at, part] of parts.entries()) await expect.poll(() => look(part), { message: part }).not.toBe(whole[at]);
    const zoomed = await Promise.all(parts.map(look));
    const box = (await page.locator("#equity-chart .u-over").boundingBox())!;
    await page.mouse.move(box.x + 200, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + 320, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await page.mouse.move(0, 0);
    for (const [at, part] of parts.entries()) await expect.poll(() => look(part), { message: part }).not.toBe(zoomed[at]);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it("tells the decision and the votes of the time that is pointed at on a curve", async () => {
    const { page } = await open(fixture());
    const box = (await page.locator("#equity-chart .u-over").boundingBox())!;
    await page.mouse.move(box.x + 300, box.y + 40);
    const day = /\d{4}-\d{2}-\d{2}/;
    const told = async (part: string): Promise<string | undefined> => day.exec((await page.locator(part).textContent()) ?? "")?.[0];
    await expect.poll(async () => (await told("#inspector .when")) === (await told("#equity-legend"))).toBe(true);
    await page.close();
  });

  it.each([["light", 1280], ["dark", 1280], ["light", 390]] as const)("has pages of a search and of a comparison without error, request or sideways scrolling: %s, %d wide", async (colorScheme, width) => {
    const [one, other] = [fixture({ candles: 24 * 60 }), fixture({ candles: 24 * 60, text: HOSTILE })];
    const pages = { search: renderSearchPage(searchFixture(HOSTILE)), comparison: renderComparison(compare(dailyOf(one), dailyOf(other), 1), one.series) };
    for (const [name, html] of Object.entries(pages)) {
      const path = join(folder, `${name}.html`);
      await writeFile(path, html);
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const trouble: string[] = [];
      page.on("console", (message) => trouble.push(message.text()));
      page.on("pageerror", (error) => trouble.push(error.message));
      page.on("request", (request) => {
        if (request.url() !== pathToFileURL(path).href) trouble.push(`request ${request.url()}`);
      });
      await page.goto(pathToFileURL(path).href);
      if (name === "comparison") for (const part of ["#equity-chart", "#drawdown-chart"]) await expect.poll(() => colours(page, part), { message: part }).toBeGreaterThan(2);
      else expect(await page.locator("#trials circle").count()).toBe(79);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth"), name).toBeLessThanOrEqual(0);
      expect(await page.locator("img").count()).toBe(0);
      expect(await page.title()).not.toBe("taken");
      expect(trouble).toEqual([]);
      await page.close();
    }
  });

  it("opens with two years of minutes, and tells how long that takes", async () => {
    const run = fixture({ candles: 1_051_200, timeframe: 60_000, decideEvery: 60 });
    const { page, trouble } = await open(run);
    const loaded = Number(await page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"));
    process.stdout.write(`two years of minutes: page loaded in ${Math.round(loaded)} ms\n`);
    for (const part of ["#price-chart", "#equity-chart"]) expect(await colours(page, part), part).toBeGreaterThan(2);
    expect(trouble).toEqual([]);
    await page.close();
  }, 60_000);

  it("follows a change between light and dark", async () => {
    const { page, trouble } = await open(fixture({ candles: 600 }));
    const light = (await page.locator("#equity-chart").screenshot()).toString("base64");
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(async () => (await page.locator("#equity-chart").screenshot()).toString("base64")).not.toBe(light);
    expect(await page.locator("#equity-chart canvas").count()).toBe(1);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it("shows hostile text as text", async () => {
    const { page, trouble } = await open(fixture({ text: HOSTILE, candles: 400 }));
    expect(await page.title()).toBe(`default${HOSTILE} · Caucus backtest`);
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.locator("#inspector").innerText()).toContain(HOSTILE);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it("has no votes where there are no agents, and no error either", async () => {
    const bare = fixture({ candles: 400 });
    Object.assign(bare.output, { votes: [], decisions: [], ladders: [], fills: [], roundTrips: [] });
    const { page, trouble } = await open(bare);
    expect(await page.locator("#council").isVisible()).toBe(false);
    expect(await page.locator(".layer").count()).toBe(0);
    expect(trouble).toEqual([]);
    await page.close();
  });
});

/** The run of a fixture by its days, as a comparison reads it. */
function dailyOf({ output }: Fixture): DailyRun {
  const { data, definition, result, warnings } = output;
  const [startTime, endTime] = [Date.parse(data.from), Date.parse(data.to)];
  const seed = String(definition["name"]).length;
  const returns = Array.from({ length: (endTime - startTime) / 86_400_000 }, (_, day) => Math.sin(day * seed) / 50);
  const equity = [result.startEquity];
  for (const one of returns) equity.push(equity.at(-1)! * (1 + one));
  return { definition, data, result, equity, returns, startTime, endTime, warnings };
}

/** How many different colours the largest canvas of a part shows: 1 for a blank one. */
async function colours(page: Page, part: string): Promise<number> {
  const count = `Math.max(...[...document.querySelectorAll(${JSON.stringify(`${part} canvas`)})].map((canvas) =>
    new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size))`;
  return Number(await page.evaluate(count));
}
