import { Command, CommanderError } from "commander";
import { RunError, UserError } from "../core/user-error.ts";
import { registerAblate } from "./ablate.ts";
import { registerAgents } from "./catalogue.ts";
import { registerBacktest } from "./backtest.ts";
import { registerCompare } from "./compare.ts";
import { registerControl } from "./control.ts";
import { registerData } from "./data.ts";
import { registerDefinition } from "./definition-reference.ts";
import { registerExchange } from "./exchange.ts";
import { registerHosts } from "./hosts.ts";
import { registerKeys } from "./keys.ts";
import { registerLeakage } from "./leakage.ts";
import { registerLedger } from "./ledger.ts";
import { registerLookahead } from "./lookahead.ts";
import { registerOptimize } from "./optimize/optimize.ts";
import { registerOptimizePortfolio } from "./optimize-portfolio.ts";
import { registerProfile } from "./profile.ts";
import { registerPortfolio } from "./portfolio.ts";
import { registerRank } from "./rank.ts";
import { registerReceipt } from "./receipt.ts";
import { registerReplay } from "./replay.ts";
import { registerRun } from "./run/run.ts";
import { registerSchema } from "./schema.ts";
import { registerStats } from "./stats.ts";
import { registerTax } from "./tax.ts";
import { registerWorker } from "./worker.ts";
import { EXIT, Interrupted, type Shell } from "./shell.ts";

/** The whole command line. */
export function createProgram(shell: Shell, version: string): Command {
  const program = new Command("caucus")
    .description("Agents caucus and vote, a coordinator decides, grid and DCA act; the backtest runs the same code.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .showHelpAfterError("(add --help for the flags and examples)")
    .showSuggestionAfterError()
    .configureOutput({ writeOut: (text) => shell.out(text), writeErr: (text) => shell.err(text) })
    // Beside the longest name there is less room than is wrapped by itself; that every command has flags need not be said.
    .configureHelp({ minWidthToWrap: 20, subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`))].join(" ") })
    .exitOverride();
  registerBacktest(program, shell);
  registerOptimize(program, shell);
  registerOptimizePortfolio(program, shell);
  registerWorker(program, shell);
  registerAblate(program, shell);
  registerCompare(program, shell);
  registerLookahead(program, shell);
  registerLeakage(program, shell);
  registerRun(program, shell);
  registerControl(program, shell);
  registerExchange(program, shell);
  registerKeys(program, shell);
  registerRank(program, shell);
  registerPortfolio(program, shell);
  registerReplay(program, shell);
  registerLedger(program, shell);
  registerHosts(program, shell);
  registerReceipt(program, shell);
  registerData(program, shell);
  registerAgents(program, shell);
  registerProfile(program, shell);
  registerDefinition(program, shell);
  registerSchema(program, shell);
  registerStats(program, shell);
  registerTax(program, shell);
  inherit(program);
  return program;
}

/** Sub-commands answer errors as the program does. */
function inherit(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inherit(child);
  }
}

/** Runs the command line and gives the exit code. A person's mistake is told in plain lines, never with a stack. */
export async function runProgram(argv: readonly string[], shell: Shell, version: string): Promise<number> {
  const program = createProgram(shell, version);
  try {
    await program.parseAsync([...argv]);
    return EXIT.ok;
  } catch (error) {
    return explain(error, shell);
  }
}

function explain(error: unknown, shell: Shell): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof UserError) {
    shell.err(`caucus: ${error.message}\n`);
    return EXIT.usage;
  }
  if (error instanceof RunError) {
    shell.err(`caucus: ${error.message}\n`);
    return EXIT.failed;
  }
  if (error instanceof Interrupted) {
    shell.err(`caucus: stopped. ${error.message}\n`);
    return EXIT.interrupted;
  }
  throw error;
}
