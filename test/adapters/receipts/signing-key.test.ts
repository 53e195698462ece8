import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { openSigner } from "../../../src/adapters/receipts/signing-key.ts";
import { RunError, UserError } from "../../../src/core/user-error.ts";

let path = "";
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "caucus-signing-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  path = join(folder, "receipts.key");
});

describe("the key that signs receipts", () => {
  it("is made at its first use, for its owner alone, and is the same from then on", () => {
    const { publicKey, sign } = openSigner(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(publicKey).toMatch(/^[0-9a-f]{64}$/);
    expect(openSigner(path).publicKey).toBe(publicKey);
    expect(openSigner(path).sign("text")).toBe(sign("text"));
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey, "hex").toString("base64url") }, format: "jwk" });
    expect(verify(null, Buffer.from("text"), key, Buffer.from(sign("text"), "hex"))).toBe(true);
    expect(readFileSync(path, "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });

  it("is refused when others can read or write it, with the way out", () => {
    openSigner(path);
    for (const mode of [0o644, 0o640, 0o604, 0o620, 0o601]) {
      chmodSync(path, mode);
      expect(() => openSigner(path)).toThrow(UserError);
      expect(() => openSigner(path)).toThrow(/can be read by others \(mode 6\d\d\)\. Run `chmod 600/);
    }
  });

  it("is refused when it is no Ed25519 key, cut off, or no plain file, without a word of what is in it", () => {
    writeFileSync(path, generateKeyPairSync("x25519").privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
    expect(() => openSigner(path)).toThrow(/holds no Ed25519 private key/);
    writeFileSync(path, "-----BEGIN PRIVATE KEY-----\nMC4CAQAcanary\n", { mode: 0o600 });
    expect(() => openSigner(path)).toThrow(/^((?!canary).)*holds no Ed25519 private key((?!canary).)*$/);
    symlinkSync(path, `${path}.link`);
    expect(() => openSigner(`${path}.link`)).toThrow(/no plain file/);
  });

  it("cannot be made where there is no folder, and that is said", () => {
    expect(() => openSigner(join(path, "nowhere", "key"))).toThrow(RunError);
    expect(() => openSigner(join(path, "nowhere", "key"))).toThrow(/could not be made \(ENOENT\)/);
  });
});
