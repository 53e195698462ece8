import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { caucus } from "./caucus.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2024, 0, 1);
const DEFINITION = `
symbols: [BTC/USDT]
candles: hours.csv
timeframe: { decision: 4h }
agents: []
strategies: { grid: { lower: 90, upper: 110, levels: 9, spacing: arithmetic } }
trade: { mode: replay, days: 6 }
`;

/** Hours that swing around 100, without those of the list. */
function hours(missing: readonly number[]): string {
  const rows = Array.from({ length: 360 }, (_, i) => {
    const [open, close] = [i, i + 1].map((at) => 100 + 6 * Math.sin(at / 5));
    return [START + i * HOUR, open, Math.max(open!, close!) + 0.5, Math.min(open!, close!) - 0.5, close, 1_000].join(",");
  });
  return ["date,open,high,low,close,volume", ...rows.filter((_, i) => !missing.includes(i))].join("\n");
}

async function played(missing: readonly number[], definition = DEFINITION) {
  const cwd = await mkdtemp(join(tmpdir(), "caucus-hours-"));
  await writeFile(join(cwd, "hours.csv"), hours(missing));
  await writeFile(join(cwd, "hours.yaml"), definition);
  return caucus(["run", "hours.yaml", "--json"], { cwd });
}

it("plays candles that are longer than minutes, and goes on past a bar in which one of them is missing", async () => {
  const { out, err, code } = await played([230, 231, 277]);
  expect([code, err.match(/caucus:.*/)]).toEqual([0, null]);
  const { interrupted, fills } = JSON.parse(out) as { interrupted: boolean; fills: number };
  expect(interrupted).toBe(false);
  expect(fills).toBeGreaterThan(10);
});

it("says so when the definition wants to fill orders on finer candles than there are", async () => {
  const { err, code } = await played([], DEFINITION.replace("{ decision: 4h }", "{ fill: 15m, decision: 4h }"));
  expect(code).toBe(2);
  expect(err).toMatch(/timeframe\.fill: .*1h/);
  expect(err).not.toMatch(/at .*\.ts/);
});
