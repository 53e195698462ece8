import { type Command, InvalidArgumentError, Option } from "commander";
import { TRADE_MODES } from "../../app/definition/trade-schema.ts";
import { addDefinitionFlags } from "../definition-flags.ts";
import { descriptorFlag, KEY_STORE } from "../keys/open.ts";
import { jsonOption, type Shell } from "../shell.ts";
import type { RunFlags } from "./flags.ts";
import { keepHeapSmall } from "./heap.ts";
import { LOG_FORMATS } from "./log-format.ts";

const EXAMPLES = `
Examples:
  caucus run                               the default definition: a replay on the local exchange
  caucus run --set trade.days=30           a longer one
  caucus run mine --mode paper             live candles, simulated fills: nothing is sent
  caucus run mine --live                   real orders; the definition must say trade.mode: live

Keys come from the key store (caucus keys), or from CAUCUS_API_KEY and CAUCUS_API_SECRET (and CAUCUS_API_PASSWORD),
never from the command line.
Ctrl-C stops; the same command goes on where it stopped.
`;

/** `caucus run`. */
export function registerRun(program: Command, shell: Shell): void {
  const command = program.command("run").description("run a definition: replay, paper or live").argument("[definition]", "a YAML file, or the name of one in backtests/", "default");
  addDefinitionFlags(command);
  command
    .addOption(new Option("--mode <mode>", "instead of the definition's trade.mode").choices([...TRADE_MODES]))
    .option("--live", "leave to send real orders; the definition must say live too")
    .option("--state <folder>", "where the run keeps its journal (default: state/<name>-<mode>)")
    .option("--key <name>", "label or id of the stored key to trade with (default: trade.key.stored)")
    .option("--store <file>", `the key store (default: ${KEY_STORE})`)
    .option("--passphrase-fd <n>", "read the key store's passphrase from this file descriptor", descriptorFlag)
    .option("--data-dir <folder>", "the candle store (default: data, or CAUCUS_DATA)")
    .option("--http <port>", "answer GET /health and /metrics on this port of 127.0.0.1; 0 for any free one (default: off)", portFlag)
    .addOption(new Option("--log <format>", "text for people, json for machines; auto: text on a terminal").choices([...LOG_FORMATS]).default("auto"))
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    // A bot needs servers, logs and metrics, which the other commands should not wait for.
    .action(async (wanted: string, flags: RunFlags) => {
      keepHeapSmall();
      return (await import("./start.ts")).run(wanted, flags, shell);
    });
}

function portFlag(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError("write a port from 0 to 65535.");
  return port;
}
