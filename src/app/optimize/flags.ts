import { parse } from "yaml";
import type { TrialContext } from "./context.ts";
import type { Parameters } from "./result.ts";

/** The flags that make `caucus backtest` run a set as the search ran it, fit for a shell: those that the search was given, then the parameters. */
export function backtestFlags({ overrides, agentNames, strategyNames }: Omit<TrialContext, "datasets">, parameters: Parameters): string[] {
  const given = overrides.flatMap(({ path, flag }) => {
    const at = flag.indexOf(" ");
    return path[0] === "search" ? [] : [`${flag.slice(0, at)} ${quoted(flag.slice(at + 1))}`];
  });
  return [
    ...given,
    ...(agentNames === undefined ? [] : [`--agents ${agentNames.length === 0 ? "none" : quoted(agentNames.join(","))}`]),
    ...(strategyNames === undefined ? [] : [`--strategy ${quoted(strategyNames.join(","))}`]),
    ...Object.entries(parameters).map(([key, value]) => `--set ${quoted(`${key}=${yamlOf(value)}`)}`),
  ];
}

/** A value so that YAML reads it as the same: a text that looks like a number keeps its quotes. */
function yamlOf(value: Parameters[string]): string {
  if (typeof value !== "string") return String(value);
  try {
    return parse(value) === value ? value : JSON.stringify(value);
  } catch {
    return JSON.stringify(value);
  }
}

/** A word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w.,:/@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
