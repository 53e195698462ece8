import { describe, expect, it } from "vitest";
import { profileFigures } from "../../src/core/profile-figures.ts";
import { ANSWERS_EACH, assess, explainAssessment, QUESTIONS } from "../../src/core/questionnaire.ts";
import { RISK_PROFILE_NAMES, RISK_PROFILES, type RiskProfileName } from "../../src/core/risk-profiles.ts";

/** All ways to answer: 5 to the power of 7. */
function* everyAnswer(): Generator<number[]> {
  const answers = QUESTIONS.map(() => 1);
  for (;;) {
    yield answers;
    let at = 0;
    while (answers[at] === ANSWERS_EACH) answers[at++] = 1;
    if (at === answers.length) return;
    answers[at]! += 1;
  }
}

const rank = (name: RiskProfileName): number => RISK_PROFILE_NAMES.indexOf(name);
const profileOf = (answers: readonly number[]): RiskProfileName => assess(answers)!.profile;
const all = (answer: number): number[] => QUESTIONS.map(() => answer);

describe("the questionnaire", () => {
  it("asks seven questions of five answers each, caps only growing with the boldness of the answer", () => {
    expect(QUESTIONS).toHaveLength(7);
    for (const { answers } of QUESTIONS) {
      expect(answers).toHaveLength(ANSWERS_EACH);
      const caps = answers.map(({ cap }) => (cap === undefined ? RISK_PROFILE_NAMES.length - 1 : rank(cap)));
      expect(caps).toEqual(caps.toSorted((a, b) => a - b));
    }
    expect(new Set(QUESTIONS.map(({ name }) => name)).size).toBe(7);
  });

  it("never gives a bolder profile for a more careful answer, whatever the other six are", () => {
    let compared = 0;
    let bolder = 0;
    for (const answers of everyAnswer()) {
      const now = rank(profileOf(answers));
      for (let i = 0; i < answers.length; i++) {
        if (answers[i] === 1) continue;
        answers[i]! -= 1;
        compared += 1;
        if (rank(profileOf(answers)) > now) bolder += 1;
        answers[i]! += 1;
      }
    }
    expect(compared).toBe(7 * 4 * 5 ** 6);
    expect(bolder).toBe(0);
  });

  it("can give every profile, and gives the ends to those who answer at the ends", () => {
    const given = new Set<RiskProfileName>();
    for (const answers of everyAnswer()) given.add(profileOf(answers));
    expect([...given].toSorted()).toEqual([...RISK_PROFILE_NAMES].toSorted());
    expect([1, 2, 3, 4, 5].map((answer) => profileOf(all(answer)))).toEqual(["safe-and-steady", "cautious", "balanced", "growth", "high-risk-high-reward"]);
  });

  it.each([
    ["needs the money within a year", 0, "cautious"],
    ["has nearly all savings in it", 1, "cautious"],
    ["would sell everything after a fall of a fifth", 2, "cautious"],
    ["may need it to live on", 4, "cautious"],
    ["can bear a fall of 10 %", 6, "safe-and-steady"],
  ] as const)("never gives more than is prudent to somebody who %s, however bold the rest", (_, question, most) => {
    let highest = 0;
    for (const answers of everyAnswer()) if (answers[question] === 1) highest = Math.max(highest, rank(profileOf(answers)));
    expect(RISK_PROFILE_NAMES[highest]).toBe(most);
  });

  it("gives no profile whose stop is beyond the largest fall that can be borne", () => {
    const bearable = QUESTIONS[6]!.answers.map(({ text }) => (text.endsWith(" %") ? Number.parseInt(text, 10) / 100 : 0.5));
    expect(bearable).toEqual([0.1, 0.15, 0.2, 0.3, 0.5]);
    for (const answers of everyAnswer()) {
      const most = bearable[answers[6]! - 1]!;
      if (RISK_PROFILES[profileOf(answers)].stopDrawdown > most) throw new Error(`${answers.join()} gives ${profileOf(answers)}`);
    }
  });

  it("says what pushed where, and which answer holds the result down", () => {
    const capped = assess([1, 5, 5, 3, 5, 5, 5])!;
    expect(capped).toMatchObject({ profile: "cautious", byPoints: "growth", points: 22, mostPoints: 28 });
    expect(capped.caps.map(({ question }) => question.name)).toEqual(["Horizon"]);
    expect(explainAssessment(capped)).toEqual([
      "22 of 28 points: that is growth.",
      expect.stringMatching(/^Towards the bold side: Share of savings \(a twentieth or less\), A fall of 20 % \(buy more\), Income .*, Aim .*, Largest fall \(a half or more\)\.$/),
      "Towards the careful side: Horizon (within a year).",
      "Horizon (within a year) allows no more than cautious: what you can afford to lose comes before what you would like to risk.",
    ]);
    expect(explainAssessment(assess(all(3))!)).toEqual(["14 of 28 points: that is balanced."]);
  });

  it("has no answer to what is not one answer to each question", () => {
    for (const answers of [[], all(0), all(6), all(1.5), all(Number.NaN), all(3).slice(1), [...all(3), 3]]) expect(assess(answers)).toBeNull();
  });
});

describe("the numbers of a profile", () => {
  it("are all there, each with a name and a unit", () => {
    for (const profile of Object.values(RISK_PROFILES)) {
      const figures = profileFigures(profile);
      expect(figures.map(({ key }) => key).toSorted()).toEqual(Object.keys(profile).filter((key) => key !== "name" && key !== "title").toSorted());
      for (const { key, label } of figures) expect(label).not.toBe(key);
    }
    expect(profileFigures(RISK_PROFILES.growth)).toContainEqual({ key: "gridWidth", label: "Half width of a grid", text: "7 %" });
  });

  it("say which symbols are limited together, and how far", () => {
    const groups = [{ name: "coins", symbols: ["AAA/USD", "BBB/USD"], most: 0.3 }, { name: "memes", symbols: ["CCC/USD"], most: 0.05 }];
    expect(profileFigures({ ...RISK_PROFILES.growth, groups }).slice(-2)).toEqual([{ key: "groups", label: "Most in coins", text: "30 %" }, { key: "groups", label: "Most in memes", text: "5 %" }]);
  });

  it("that nobody has named yet are shown by their key", () => {
    expect(profileFigures(Object.assign({}, RISK_PROFILES.growth, { novel: 0.5 })).at(-1)).toEqual({ key: "novel", label: "novel", text: "0.5" });
  });
});
