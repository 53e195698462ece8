import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ROOT } from "../cli/caucus.ts";

const versions = z.record(z.string(), z.string()).default({});
const groups = z.looseObject({ dependencies: versions, devDependencies: versions, optionalDependencies: versions });
const locked = z.looseObject({
  version: z.string().optional(),
  integrity: z.string().optional(),
  resolved: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
});
const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");
const manifest = groups.parse(JSON.parse(read("package.json")));
const lock = z.looseObject({ lockfileVersion: z.number(), packages: z.record(z.string(), locked) }).parse(JSON.parse(read("package-lock.json")));
const packages = Object.entries(lock.packages).filter(([path]) => path !== "");

describe("the lock file", () => {
  it("asks for exactly what package.json asks for, and has it in that version", () => {
    const root = groups.parse(lock.packages[""]);
    for (const group of ["dependencies", "devDependencies", "optionalDependencies"] as const) {
      expect(root[group]).toEqual(manifest[group]);
      for (const [name, version] of Object.entries(manifest[group])) {
        expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
        expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
      }
    }
  });

  it("has a strong hash of every package, each from npm's registry: no git, no file, no other host", () => {
    expect(packages.length).toBeGreaterThan(300);
    for (const [path, { integrity, resolved, link, inBundle }] of packages) {
      expect(integrity, path).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
      expect({ link, inBundle }, path).toEqual({ link: undefined, inBundle: undefined });
      // Without an address npm takes the package from its registry.
      if (resolved !== undefined) expect(resolved, path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
    }
  });

  it("has no package that wants to run something at its installation but the known ones, which run nothing either", () => {
    const wanting = packages.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path.replace(/^.*node_modules\//, ""));
    expect(wanting.toSorted()).toEqual(["bufferutil", "ccxt", "msgpackr-extract"]);
    expect(read(".npmrc")).toMatch(/^ignore-scripts=true$/m);
    expect(read("deploy/Dockerfile")).toContain("npm ci --omit=dev --omit=optional --ignore-scripts");
  });
});
