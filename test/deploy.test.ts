import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { caucus, ROOT } from "./cli/caucus.ts";

const unit = readFileSync(join(ROOT, "deploy", "caucus.service"), "utf8");
const dockerfile = readFileSync(join(ROOT, "deploy", "Dockerfile"), "utf8");

const directive = (name: string): string | undefined => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1];
const dockerWords = (name: string): string[] => JSON.parse(new RegExp(`^${name} (\\[.*\\])$`, "m").exec(dockerfile)?.[1] ?? "[]") as string[];

async function assertRun(words: readonly string[]): Promise<void> {
  const { out } = await caucus(["run", "--help"]);
  expect(words[0]).toBe("run");
  const flags = words.filter((word) => word.startsWith("--"));
  expect(flags).toContain("--live");
  for (const flag of flags) expect(out).toContain(flag);
}

describe("the systemd unit", () => {
  it("runs a command that the program has, with a program that the checkout has", async () => {
    const [node, program = "", ...words] = (directive("ExecStart") ?? "").split(" ");
    expect(node).toBe("/opt/caucus/node_modules/.bin/node");
    expect(existsSync(join(ROOT, program.replace("/opt/caucus/", "")))).toBe(true);
    await assertRun(words);
  });

  it("stops with the signal that the program drains on, and does not start again after a mistake of a person", () => {
    expect(directive("KillSignal")).toBe("SIGTERM");
    expect(Number(directive("TimeoutStopSec"))).toBeGreaterThan(5);
    expect(directive("Restart")).toBe("on-failure");
    expect(directive("RestartPreventExitStatus")).toBe("2");
  });

  it("has no rights beyond its state folder, and no keys in it", () => {
    for (const [name, value] of [["DynamicUser", "yes"], ["NoNewPrivileges", "yes"], ["ProtectSystem", "strict"], ["StateDirectory", "caucus"], ["CapabilityBoundingSet", ""]] as const) expect(directive(name), name).toBe(value);
    expect(unit).not.toMatch(/CAUCUS_API_(KEY|SECRET|PASSWORD)=/);
  });

  it.skipIf(spawnSync("systemd-analyze", ["--version"]).status !== 0)("is well-formed for systemd, as far as systemd-analyze sees without the program installed", () => {
    const folder = mkdtempSync(join(tmpdir(), "caucus-unit-"));
    try {
      writeFileSync(join(folder, "caucus.service"), unit.replace("/opt/caucus/node_modules/.bin/node", process.execPath).replace("WorkingDirectory=/opt/caucus", "WorkingDirectory=/"));
      const { status, stderr } = spawnSync("systemd-analyze", ["verify", join(folder, "caucus.service")], { encoding: "utf8" });
      expect({ status, complaints: stderr.split("\n").filter((line) => line.includes("caucus.service")) }).toEqual({ status: 0, complaints: [] });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("the Dockerfile", () => {
  it("copies folders that are there, and lets the build see no others", () => {
    const copied = [...dockerfile.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names = ""]) => names.split(" "));
    expect(copied).toContain("src");
    for (const name of copied) expect(existsSync(join(ROOT, name)), name).toBe(true);
    const seen = [...readFileSync(join(ROOT, "deploy", "Dockerfile.dockerignore"), "utf8").matchAll(/^!(.+)$/gm)].map(([, name]) => name);
    expect(seen.toSorted()).toEqual(copied.toSorted());
  });

  it("runs a command that the program has, as a user without rights, with its state in the volume and its health asked for", async () => {
    await assertRun(dockerWords("CMD"));
    expect(dockerWords("ENTRYPOINT")).toEqual(["node", "bin/caucus.js"]);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^VOLUME \/state$/m);
    expect(dockerWords("CMD").join(" ")).toContain("--state /state --http 9464");
    expect(dockerfile).toContain("http://127.0.0.1:9464/health");
  });
});
