import pino from "pino";
import { wrap } from "../../adapters/report/terminal.ts";
import type { Environment } from "../environment.ts";
import type { Shell } from "../shell.ts";
import { type Line, lineText } from "./lines.ts";
import type { LogFormat } from "./log-format.ts";

/** Where lines of a run go. */
export interface RunLog {
  readonly head: (...lines: readonly string[]) => void;
  readonly line: (line: Line) => void;
  readonly tail: (text: string, data: Record<string, unknown>) => void;
}

/** Text on a terminal, one JSON object a line otherwise; with --json nothing but the result goes to stdout. */
export function logOf(format: LogFormat, json: boolean, shell: Shell, environment: Environment): RunLog {
  const isText = format === "text" || (format === "auto" && process.stdout.isTTY);
  if (isText && !json) {
    return {
      head: (...lines) => shell.out(`${lines.flatMap((line) => wrap(line, environment.columns)).join("\n")}\n\n`),
      line: (line) => shell.out(`${lineText(line, environment.columns)}\n`),
      tail: (text) => shell.out(`\n${text}\n`),
    };
  }
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write: (text: string) => (json ? shell.err(text) : shell.out(text)) });
  return {
    head: (...lines) => lines.forEach((line) => logger.info({ kind: "start" }, line)),
    line: ({ level, kind, text, time, data }) => logger[level]({ kind, marketTime: new Date(time).toISOString(), ...data }, text),
    tail: (_text, data) => logger.info({ kind: "summary", ...data }, "the run has ended"),
  };
}
