import { parseArgs } from "node:util";
import { keepHeapSmall } from "../../src/cli/run/heap.ts";
import { memoryProblems, quarters } from "./memory.ts";
import { soak } from "./soak.ts";

/** `node --expose-gc test/soak/run.ts --hours 24 --symbols 10 --seed 1`: exits with 1 when memory grows or the books do not agree. */
const { values } = parseArgs({ options: { hours: { type: "string", default: "24" }, symbols: { type: "string", default: "10" }, seed: { type: "string", default: "1" } } });
keepHeapSmall();
const collect = globalThis.gc;
if (!collect) throw new Error("run it with --expose-gc: memory is measured after a collection");
const began = performance.now();
const mib = (bytes: number): string => (bytes / 1_048_576).toFixed(1);
const { memory, orders, trades, faults, problems } = await soak({
  hours: Number(values.hours),
  symbols: Number(values.symbols),
  seed: Number(values.seed),
  collect: () => collect(),
  progress: ({ hour, rss, heapUsed }, line) =>
    process.stdout.write(`hour ${hour}: rss ${mib(rss)} MiB, heap ${mib(heapUsed)} MiB; ${line}; ${Math.round((performance.now() - began) / 1_000)} s\n`),
});
const all = [...problems, ...memoryProblems(memory)];
for (const problem of all) process.stdout.write(`FAILED: ${problem}\n`);
for (const { what, second, last } of quarters(memory)) process.stdout.write(`${what}: second quarter ${mib(second)} MiB, last quarter ${mib(last)} MiB (${((last / second - 1) * 100).toFixed(1)} %)\n`);
process.stdout.write(`${values.hours} hours, ${values.symbols} symbols, ${orders} orders, ${trades} trades, ${faults} faults, ${all.length} failures\n`);
process.exitCode = all.length === 0 ? 0 : 1;
