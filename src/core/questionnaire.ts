import { RISK_PROFILE_NAMES, type RiskProfileName } from "./risk-profiles.ts";

/** One answer, as a person reads it. */
export interface Answer {
  readonly text: string;
  /** The boldest profile that this answer allows, whatever the others are; absent: any. */
  readonly cap?: RiskProfileName;
}

/** One question; its answers stand from the most careful to the boldest. */
export interface Question {
  /** A word for it, as in "Horizon". */
  readonly name: string;
  readonly text: string;
  /** Whether it asks what one can afford to lose, rather than what one would like to risk. */
  readonly isCapacity: boolean;
  readonly answers: readonly Answer[];
}

/** Answers of every question: the first gives no point, the last four. */
export const ANSWERS_EACH = 5;

/** The seven questions. No profile stops later than the largest fall that was answered: `balanced` sells all after 20 %, `growth` after 30 %. */
export const QUESTIONS: readonly Question[] = [
  {
    name: "Horizon",
    text: "When will you need this money for something else?",
    isCapacity: true,
    answers: [{ text: "within a year", cap: "cautious" }, { text: "in one to three years", cap: "balanced" }, { text: "in three to five years", cap: "growth" }, { text: "in five to ten years" }, { text: "not in the next ten years" }],
  },
  {
    name: "Share of savings",
    text: "How much of all that you have saved is it?",
    isCapacity: true,
    answers: [{ text: "nearly all", cap: "cautious" }, { text: "about half", cap: "balanced" }, { text: "about a quarter", cap: "growth" }, { text: "about a tenth" }, { text: "a twentieth or less" }],
  },
  {
    name: "A fall of 20 %",
    text: "It is worth a fifth less than a week ago. What do you do?",
    isCapacity: false,
    answers: [{ text: "sell everything", cap: "cautious" }, { text: "sell a part", cap: "balanced" }, { text: "wait, and sleep badly" }, { text: "wait, as planned" }, { text: "buy more" }],
  },
  {
    name: "Experience",
    text: "What have you been through as an investor?",
    isCapacity: false,
    answers: [{ text: "this is the first time", cap: "balanced" }, { text: "funds or shares, for less than two years" }, { text: "funds or shares, for longer" }, { text: "crypto, in rising and falling markets" }, { text: "crypto or derivatives for years, with losses of a half or more" }],
  },
  {
    name: "Income",
    text: "How sure is what you live on?",
    isCapacity: true,
    answers: [{ text: "I may need this money for it", cap: "cautious" }, { text: "it changes a lot from month to month", cap: "growth" }, { text: "it mostly covers what I spend" }, { text: "it is steady, and something is left over" }, { text: "it is sure for years, and much is left over" }],
  },
  {
    name: "Aim",
    text: "What is this money for?",
    isCapacity: false,
    answers: [{ text: "to keep what it is worth", cap: "cautious" }, { text: "a little more than a savings account" }, { text: "to grow, with bad years now and then" }, { text: "to grow a lot, with very bad years now and then" }, { text: "the most that there is, and it may be gone" }],
  },
  {
    name: "Largest fall",
    text: "From its highest, how far could it fall before your life changes?",
    isCapacity: true,
    answers: [{ text: "10 %", cap: "safe-and-steady" }, { text: "15 %", cap: "cautious" }, { text: "20 %", cap: "balanced" }, { text: "30 %", cap: "growth" }, { text: "a half or more" }],
  },
];

/** Fewest points of each profile, most careful first: 28 points, in five bands. */
const FEWEST_POINTS = [0, 6, 12, 18, 24] as const;

/** What one answer did to the result. */
export interface Push {
  readonly question: Question;
  readonly answer: Answer;
  /** 0..4. */
  readonly points: number;
  /** Against the middle answer of 2 points. */
  readonly towards: "careful" | "middle" | "bold";
}

/** What the answers come to. */
export interface Assessment {
  readonly profile: RiskProfileName;
  /** 0..`mostPoints`. */
  readonly points: number;
  readonly mostPoints: number;
  /** What the points alone would give. */
  readonly byPoints: RiskProfileName;
  readonly pushes: readonly Push[];
  /** The answers that hold the result under what the points would give; none when nothing does. */
  readonly caps: readonly Push[];
}

/** A profile from one answer to each question, counted from 1; null when they are not that. */
export function assess(answers: readonly number[]): Assessment | null {
  if (answers.length !== QUESTIONS.length) return null;
  const pushes: Push[] = [];
  let points = 0;
  let lowest = RISK_PROFILE_NAMES.length - 1;
  for (const [i, question] of QUESTIONS.entries()) {
    const at = (answers[i] ?? 0) - 1;
    const answer = question.answers[at];
    if (answer === undefined) return null;
    points += at;
    if (answer.cap !== undefined) lowest = Math.min(lowest, rankOf(answer.cap));
    pushes.push({ question, answer, points: at, towards: at < MIDDLE ? "careful" : at > MIDDLE ? "bold" : "middle" });
  }
  const byPoints = FEWEST_POINTS.findLastIndex((fewest) => points >= fewest);
  const rank = Math.min(byPoints, lowest);
  return {
    profile: nameAt(rank),
    points,
    mostPoints: QUESTIONS.length * (ANSWERS_EACH - 1),
    byPoints: nameAt(byPoints),
    pushes,
    caps: rank < byPoints ? pushes.filter(({ answer: { cap } }) => cap !== undefined && rankOf(cap) === rank) : [],
  };
}

const MIDDLE = (ANSWERS_EACH - 1) / 2;

function rankOf(name: RiskProfileName): number {
  return RISK_PROFILE_NAMES.indexOf(name);
}

function nameAt(rank: number): RiskProfileName {
  return RISK_PROFILE_NAMES[rank] ?? RISK_PROFILE_NAMES[0];
}

/** Why it is this profile, sentences for people: the points, what pushed where, and what caps it. */
export function explainAssessment({ profile, points, mostPoints, byPoints, pushes, caps }: Assessment): readonly string[] {
  const sentences = [`${points} of ${mostPoints} points: that is ${byPoints}.`];
  const named = (towards: Push["towards"]): string => pushes.filter((push) => push.towards === towards).map(({ question, answer }) => `${question.name} (${answer.text})`).join(", ");
  const [bold, careful] = [named("bold"), named("careful")];
  if (bold !== "") sentences.push(`Towards the bold side: ${bold}.`);
  if (careful !== "") sentences.push(`Towards the careful side: ${careful}.`);
  for (const { question, answer } of caps) {
    const why = question.isCapacity ? "what you can afford to lose comes before what you would like to risk" : "a profile that you would not hold on to is none";
    sentences.push(`${question.name} (${answer.text}) allows no more than ${profile}: ${why}.`);
  }
  return sentences;
}
