/**
 * Set-up of the suites that share a process (`PURE_SUITES`): what one of them changed of the process would meet the next, and
 * only in some orders. So the one that changes it is the one that fails.
 */
import { afterAll, beforeAll, expect } from "vitest";

let before: ReturnType<typeof shared>;

beforeAll(() => {
  before = shared();
});

afterAll(() => {
  const after = shared();
  // Names alone: a value of the environment may be a secret of whoever runs this.
  const changed = [...new Set([...Object.keys(before.env), ...Object.keys(after.env)])].filter((name) => before.env[name] !== after.env[name]);
  expect(changed, "the suite leaves these variables of the environment otherwise than they were").toEqual([]);
  expect(after.values, "the suite leaves the process otherwise than it was").toEqual(before.values);
  for (const [i, one] of after.functions.entries()) expect(one, "a function of the process is not the one that it was").toBe(before.functions[i]);
  expect(after.clock, "the clock of the process is not the one that it was").toBe(before.clock);
});

/** What all suites of a process have in common beside modules. */
function shared() {
  return {
    env: { ...process.env },
    values: { cwd: process.cwd(), exitCode: process.exitCode, execArgv: [...process.execArgv], title: process.title },
    functions: [Date, setTimeout, setInterval, setImmediate, queueMicrotask, fetch, performance],
    clock: Object.getOwnPropertyDescriptor(Date, "now")?.value as unknown,
  };
}
