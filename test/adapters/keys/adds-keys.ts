import { openKeyStore } from "../../../src/adapters/keys/store.ts";

// A process of its own that adds keys one by one: path, name, count, and "die" to be killed while it holds the lock.
const [path = "", name = "", count = "0", end = ""] = process.argv.slice(2);
const store = openKeyStore(path, "seven blue herons stood", { cost: { logN: 2, r: 1, p: 1 }, bounds: { least: { logN: 1, r: 1, p: 1 }, most: { logN: 6, r: 8, p: 4 } }, patience: { forMs: 60_000, everyMs: 5 } });
for (let index = 0; index < Number(count); index += 1) {
  await store.change((keys) => {
    if (end === "die") process.kill(process.pid, "SIGKILL");
    return [...keys, { id: `${name}-${index}`, label: `${name} ${index}`, exchange: "binance", account: "main", scope: "trade", state: "added", created: 1, lastUsed: null, expires: null, secrets: { apiKey: "x", secret: "y" } }];
  });
}
