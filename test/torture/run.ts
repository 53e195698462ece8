import { parseArgs } from "node:util";
import { torture } from "./torture.ts";

/** `node test/torture/run.ts --kills 500 --seed 1`: exits with 1 when a kill was not survived. */
const { values } = parseArgs({ options: { kills: { type: "string", default: "500" }, seed: { type: "string", default: "1" }, lanes: { type: "string", default: "2" } } });
const began = performance.now();
const result = await torture({
  kills: Number(values.kills),
  seed: Number(values.seed),
  lanes: Number(values.lanes),
  progress: (done, kill) => {
    const seconds = Math.round((performance.now() - began) / 1_000);
    if (kill.problems.length > 0) process.stdout.write(`FAILED after ${done} kills, ${seconds} s: ${kill.doom}${kill.early ? " (while it recovered)" : ""}\n  ${kill.problems.join("\n  ")}\n`);
    else if (done % 10 === 0) process.stdout.write(`${done} kills, ${seconds} s; the last one ${kill.doom}${kill.early ? " (while it recovered)" : ""}\n`);
  },
});
for (const [way, count] of [...result.ways].toSorted(([a], [b]) => (a < b ? -1 : 1))) process.stdout.write(`  ${String(count).padStart(4)}  ${way}\n`);
process.stdout.write(`${result.restarts} starts were broken off by the venue's errors and tried again\n`);
process.stdout.write(`${result.kills} kills, ${result.failures} failures\n`);
process.exitCode = result.failures === 0 ? 0 : 1;
