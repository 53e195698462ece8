import { z } from "zod";

const schema = z.object({
  CAUCUS_DATA: z.string().min(1).optional(),
  NO_COLOR: z.string().optional(),
  COLUMNS: z.coerce.number().int().min(20).max(1_000).optional().catch(undefined),
});

/** What the environment says. */
export interface Environment {
  /** Folder of the candle store. */
  readonly dataDir: string;
  readonly colour: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
}

/** Reads the environment and the terminal. */
export function readEnvironment(): Environment {
  const env = schema.parse(process.env);
  return {
    dataDir: env.CAUCUS_DATA ?? "data",
    colour: process.stdout.isTTY && (env.NO_COLOR ?? "") === "",
    columns: process.stdout.isTTY ? process.stdout.columns : (env.COLUMNS ?? 80),
  };
}
