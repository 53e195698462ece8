import { describe, expect, it } from "vitest";
import { ACKNOWLEDGEABLE, type Acknowledged, judgeKey, problemsOf } from "../../../src/app/keys/permissions.ts";
import type { KeyScope } from "../../../src/core/keys/key.ts";
import type { ExtraRight, KeyPermissions } from "../../../src/ports/venue.ts";

const NOW = Date.UTC(2026, 0, 1);
const RIGHTS: readonly ExtraRight[] = ["internal-transfer", "universal-transfer", "margin", "futures", "options", "portfolio-margin"];

function permissions(over: Partial<KeyPermissions> = {}, extra: Partial<Record<ExtraRight, boolean | "bundled" | null>> = {}): KeyPermissions {
  return {
    read: true, trade: true, withdraw: false, ipRestricted: true, expires: null,
    fields: { read: "mayRead", trade: "mayTrade", withdraw: "mayWithdraw", ip: "onlyFrom" },
    extra: RIGHTS.map((right) => ({ right, field: `field-${right}`, granted: extra[right] === undefined ? false : extra[right] })),
    ...over,
  };
}

const problems = (said: KeyPermissions, scope: KeyScope = "trade", acknowledged: readonly Acknowledged[] = []): readonly string[] => problemsOf(judgeKey(said, { scope, acknowledged, now: NOW }));

describe("a key for trading", () => {
  it("is right when it reads, trades spot, works from known addresses, and may do no more", () => {
    expect(problems(permissions())).toEqual([]);
  });

  it("is refused when it can withdraw, whatever is acknowledged", () => {
    expect(problems(permissions({ withdraw: true }), "trade", ACKNOWLEDGEABLE)).toEqual([expect.stringMatching(/^This key can withdraw\./)]);
  });

  it.each(["read", "trade", "withdraw"] as const)("is refused when nobody says whether it may %s, by the name of the field, whatever is acknowledged", (right) => {
    const [problem, ...others] = problems(permissions({ [right]: null }), "trade", ACKNOWLEDGEABLE);
    expect(others).toEqual([]);
    expect(problem).toContain(`may${right[0]?.toUpperCase()}${right.slice(1)} is not in its answer`);
  });

  it("is refused when it cannot read or trade", () => {
    expect(problems(permissions({ trade: false }))).toEqual([expect.stringMatching(/^This key cannot trade\./)]);
    expect(problems(permissions({ read: false }))).toEqual([expect.stringMatching(/^This key cannot read\./)]);
  });

  it.each(RIGHTS)("is refused with %s, which can be switched off and so is never accepted", (right) => {
    for (const acknowledged of [[], ACKNOWLEDGEABLE]) {
      const [problem, ...others] = problems(permissions({}, { [right]: true }), "trade", acknowledged);
      expect(others).toEqual([]);
      expect(problem).toMatch(new RegExp(`field-${right}.*Switch that off`));
    }
  });

  it.each(RIGHTS)("is refused when %s cannot be switched off or is not told, unless just that is acknowledged", (right) => {
    for (const granted of ["bundled", null] as const) {
      const said = permissions({}, { [right]: granted });
      expect(problems(said)).toEqual([expect.stringMatching(new RegExp(`field-${right}.*add ${right} to trade\\.key\\.acknowledge`))]);
      expect(problems(said, "trade", ACKNOWLEDGEABLE.filter((one) => one !== right))).toHaveLength(1);
      expect(problems(said, "trade", [right])).toEqual([]);
    }
  });

  it.each([false, null])("is refused when it works from any address (%s), unless that is acknowledged", (ipRestricted) => {
    expect(problems(permissions({ ipRestricted }))).toEqual([expect.stringMatching(/onlyFrom.*add any-ip to trade\.key\.acknowledge/)]);
    expect(problems(permissions({ ipRestricted }), "trade", ["any-ip"])).toEqual([]);
  });

  it("is refused once the venue has ended it", () => {
    expect(problems(permissions({ expires: NOW }))).toEqual([expect.stringMatching(/ended this key.*2026-01-01/)]);
    expect(problems(permissions({ expires: NOW + 1 }))).toEqual([]);
  });

  it("has everything told that is wrong with it", () => {
    expect(problems(permissions({ withdraw: true, ipRestricted: false, trade: false }, { margin: true, options: null }))).toHaveLength(5);
  });
});

describe("a key for reading", () => {
  it("may read from anywhere, and nothing else", () => {
    expect(problems(permissions({ trade: false, ipRestricted: false }), "read")).toEqual([]);
    expect(problems(permissions({ trade: true }), "read")).toEqual([expect.stringMatching(/can only read/)]);
    expect(problems(permissions({ trade: null }), "read")).toHaveLength(1);
    expect(problems(permissions({ trade: false, withdraw: true }), "read")).toEqual([expect.stringMatching(/^This key can withdraw/)]);
    expect(problems(permissions({ trade: false, withdraw: null }), "read")).toHaveLength(1);
    for (const right of RIGHTS) expect(problems(permissions({ trade: false }, { [right]: true }), "read"), right).toHaveLength(1);
  });

  it("is not blamed for what comes with every key of its venue", () => {
    expect(problems(permissions({ trade: false }, { "internal-transfer": "bundled" }), "read")).toEqual([]);
  });
});
