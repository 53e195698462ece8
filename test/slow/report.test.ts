import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type Page, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderReport } from "../../src/adapters/report/html.ts";
import { type Fixture, fixture } from "../adapters/report/fixture.ts";

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

/** How many different colours the largest canvas of a part shows: 1 for a blank one. */
async function colours(page: Page, part: string): Promise<number> {
  const count = `Math.max(...[...document.querySelectorAll(${JSON.stringify(`${part} canvas`)})].map((canvas) =>
    new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size))`;
  return Number(await page.evaluate(count));
}
