// A program into which the poisoned package was installed: closed as ours is, or open.
import { closeEgress } from "../../../../src/adapters/egress/guard.ts";
import type { Target } from "./package.ts";

const [how = "", key = "", given = "{}", only = ""] = process.argv.slice(2);
const target = JSON.parse(given) as Target;
const egress = how === "closed" ? closeEgress() : null;
egress?.allow([`127.0.0.1:${target.allowed}`]);
egress?.seal();

process.on("uncaughtException", () => undefined);
const { tryWay, WAYS } = await import("./package.ts");
const verbose = process.env["POISON_TELLS"] === "1";
for (const way of Object.keys(WAYS)) {
  if (only !== "" && only !== way) continue;
  if (verbose) process.stderr.write(`${way}\n`);
  await tryWay(way, key, target);
}
const hello = await fetch(`http://127.0.0.1:${target.allowed}/hello`).then((answer) => answer.text(), String);
process.stdout.write(`${JSON.stringify({ hello, refusals: egress?.refusals() ?? [] })}\n`, () => process.exit(0));
