#!/usr/bin/env node
// Plain JavaScript of an old kind, so that a Node which is too old can still say so in one line.
const wanted = 24;
const major = Number(process.versions.node.split(".")[0]);
if (major < wanted) {
  process.stderr.write(
    "caucus: Node " + wanted + " or newer is needed, this is " + process.versions.node +
      ". Run it through npm (npm start, npm run -s caucus -- ...), which brings its own Node, or install Node " + wanted + ".\n",
  );
  process.exitCode = 2;
} else {
  import("../src/main.ts").then((main) => main.main(process.argv));
}
