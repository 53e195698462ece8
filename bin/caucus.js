#!/usr/bin/env node
// Plain JavaScript of an old kind, so that a Node which is too old can still say so in one line.
import * as loader from "node:module";
import { fileURLToPath } from "node:url";

const wanted = 24;
const major = Number(process.versions.node.split(".")[0]);
if (major < wanted) {
  process.stderr.write(
    "caucus: Node " + wanted + " or newer is needed, this is " + process.versions.node +
      ". Run it through npm (npm start, npm run -s caucus -- ...), which brings its own Node, or install Node " + wanted + ".\n",
  );
  process.exitCode = 2;
} else if (process.permission) {
  process.stderr.write("caucus: it does not run under Node's --permission, which takes away what its list of hosts stands on. docs/security.md names other defences.\n");
  process.exitCode = 2;
} else {
  // Half of what a short command takes is reading and compiling these files. What comes of it is kept beside the packages, where nobody may write who
  // could not change the program itself; where this user may not either, all is compiled each time.
  loader.enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/caucus", import.meta.url)));
  // Before any package is loaded this process is closed: it reaches nothing but what its command asks for.
  import("../src/adapters/egress/guard.ts").then((guard) => {
    const egress = guard.closeEgress();
    return import("../src/main.ts").then((main) => main.main(process.argv, egress));
  });
}
