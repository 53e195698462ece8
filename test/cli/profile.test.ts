import { Readable } from "node:stream";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { registerProfile } from "../../src/cli/profile.ts";
import { Interrupted } from "../../src/cli/shell.ts";
import { assess } from "../../src/core/questionnaire.ts";
import { RISK_PROFILES } from "../../src/core/risk-profiles.ts";
import { UserError } from "../../src/core/user-error.ts";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";

/** Runs the command with lines typed at it. */
async function profile(args: readonly string[], input: Readable = Readable.from([]), signal = new AbortController().signal) {
  const printed = { out: "", err: "" };
  const program = new Command("caucus").exitOverride();
  registerProfile(program, { signal, out: (text) => void (printed.out += text), err: (text) => void (printed.err += text) }, input);
  await program.parseAsync(["profile", ...args], { from: "user" });
  return printed;
}

const typed = (...lines: readonly string[]): Readable => Readable.from([lines.map((line) => `${line}\n`).join("")]);

describe("caucus profile", () => {
  it("prints the profile, why, and every number with the key that overrides it", async () => {
    const { out, err } = await profile(["--answers", "3,4,3,2,4,3,3"]);
    expect(err).toBe("");
    expect(out).toContain("Your risk profile: balanced (a good half in the market)");
    expect(out).toContain("15 of 28 points: that is balanced.");
    for (const key of Object.keys(RISK_PROFILES.balanced)) if (key !== "name" && key !== "title") expect(out).toContain(`riskProfile.${key}\n`);
    expect(out).toMatch(/^Most in the market +65 % +riskProfile\.maxExposure$/m);
    expect(out.split("\n").every((line) => line.length <= 80)).toBe(true);
  });

  it("shows ways to put it into a definition that a definition takes", async () => {
    const { out } = await profile(["--answers", "3,4,3,2,4,3,3"]);
    const shown = [...out.matchAll(/^ {2}(riskProfile: .*)$/gm)].map((match) => match[1]!);
    expect(shown).toHaveLength(2);
    for (const text of shown) expect(() => loadDefinition({ text, name: "mine.yaml", overrides: [], agents, strategies })).not.toThrow();
  });

  it("asks question by question, again where it got no answer, and comes to the same", async () => {
    const asked = await profile([], typed("3", "nine", "4", "3", "", "2", "4", "3", "3"));
    expect(asked.out).toBe((await profile(["--answers", "3,4,3,2,4,3,3"])).out);
    expect(asked.err.match(/of 7 {2}/g)).toHaveLength(7);
    expect(asked.err.match(/A number from 1 to 5/g)).toHaveLength(2);
  });

  it("prints one JSON object that says the same, and nothing else", async () => {
    const { out } = await profile(["--json"], typed("1", "5", "5", "5", "5", "5", "5"));
    const answers = assess([1, 5, 5, 5, 5, 5, 5])!.pushes.map(({ question, towards }) => expect.objectContaining({ question: question.name, towards }) as unknown);
    expect(JSON.parse(out)).toMatchObject({ profile: "cautious", points: 24, byPoints: "high-risk-high-reward", cappedBy: ["Horizon"], limits: RISK_PROFILES.cautious, answers });
  });

  it.each(["", "3", "3,4,3,2,4,3", "3,4,3,2,4,3,3,3", "3,4,3,2,4,3,6", "3,4,3,2,4,3,0", "a,b,c,d,e,f,g", "3 4 3 2 4 3 3"])("refuses the answers '%s' and says what it wants", async (answers) => {
    await expect(profile(["--answers", answers])).rejects.toThrow(UserError);
    await expect(profile(["--answers", answers])).rejects.toThrow(/^--answers: must be 7 numbers from 1 to 5/);
  });

  it("says so when the answers end early", async () => {
    await expect(profile([], typed("3", "4"))).rejects.toThrow(/^the answers ended after 2 of 7 questions: .*--answers/);
  });

  it("stops when it is asked to", async () => {
    const stop = new AbortController();
    const input = new Readable({ read: () => undefined });
    const running = profile([], input, stop.signal);
    stop.abort();
    await expect(running).rejects.toThrow(Interrupted);
  });
});
