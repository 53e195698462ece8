import { z } from "zod";

const figure = z.number();
const brier = figure.nullable().describe("0 to 1, lower is better; null without answers");

/** What `caucus leakage --json` prints: what masked and unmasked views of the same decisions come to. */
export const leakageSchema = z.strictObject({
  model: z.string(),
  samples: z.int().min(0).describe("decisions that it was asked about"),
  answered: z.int().min(0).describe("answered in both ways"),
  horizon: z.int().describe("decision bars after which a lean is judged"),
  agreement: figure.nullable().describe("share that lean the same way, 0 to 1; null without answers"),
  difference: figure.nullable().describe("mean absolute difference of the leans, 0 to 2; null without answers"),
  brier: z.strictObject({ masked: brier, told: brier }),
  better: z
    .strictObject({ estimate: figure, low: figure, high: figure })
    .nullable()
    .describe("Brier score masked less told, with its 95 % interval: above 0 the model forecasts better when it is told what and when; null under 30 answers"),
  leaks: z.boolean().nullable().describe("null under 30 answers"),
  verdict: z.string(),
});
export type LeakageResult = Readonly<z.infer<typeof leakageSchema>>;
