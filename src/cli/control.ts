import type { Command } from "commander";
import { userInfo } from "node:os";
import type { ControlCommand } from "../adapters/control/protocol.ts";
import { decimal, percent, price } from "../adapters/report/format.ts";
import { wrap } from "../adapters/report/terminal.ts";
import { type StatusReport, statusSchema } from "../app/trade/report.ts";
import { askControl, socketPath } from "../adapters/control/socket.ts";
import { UserError } from "../core/user-error.ts";
import { folderOf } from "./journal-path.ts";
import { jsonOption, type Shell } from "./shell.ts";

const WORDS: Readonly<Record<ControlCommand, { readonly help: string; readonly done: string }>> = {
  status: { help: "how a running bot stands", done: "" },
  pause: { help: "send nothing new; open orders stay", done: "Paused: nothing new is sent, open orders stay. `caucus resume` goes on." },
  resume: { help: "trade again after pause, cancel, flatten or a limit", done: "Trading goes on." },
  cancel: { help: "take back all open orders and send nothing new", done: "All its orders are being taken back; nothing new is sent. `caucus resume` goes on." },
  flatten: { help: "take back all orders and sell everything the bot holds", done: "Everything is being sold at the market. `caucus resume` trades again." },
  stop: { help: "stop a running bot", done: "Stopping." },
};

interface ControlFlags {
  readonly state?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `caucus status`, `pause`, `resume`, `cancel`, `flatten` and `stop`. */
export function registerControl(program: Command, shell: Shell): void {
  for (const [name, { help }] of Object.entries(WORDS)) {
    const command = program.command(name).description(help).argument("[definition]", "the definition that runs", "default");
    command.option("--state <folder>", "the state folder of the run");
    if (name === "flatten") command.option("--yes", "do not ask");
    command.addOption(jsonOption()).action((wanted: string, flags: ControlFlags) => control(name as ControlCommand, wanted, flags, shell));
  }
}

const PATIENCE = 10_000;

async function control(command: ControlCommand, wanted: string, flags: ControlFlags, shell: Shell): Promise<void> {
  if (command === "flatten" && flags.json === true && flags.yes !== true) throw new UserError("flatten --json: it sells everything that the bot holds. Add --yes to do it.");
  const folder = await folderOf(wanted, flags.state);
  shell.egress?.allowSocket(socketPath(folder));
  shell.egress?.seal();
  if (command === "flatten" && flags.yes !== true) {
    const status = await askControl(folder, { command: "status", by: userInfo().username }, PATIENCE);
    shell.out(`This sells everything that the bot in ${folder} holds, at the market:\n${statusText(status)}Run it again with --yes to do it.\n`);
    return;
  }
  const result = await askControl(folder, { command, by: userInfo().username }, PATIENCE);
  if (flags.json) shell.out(`${JSON.stringify(result, null, 2)}\n`);
  else shell.out(command === "status" ? statusText(result) : `${WORDS[command].done}\n`);
}

function statusText(result: Record<string, unknown>): string {
  const status = statusSchema.parse(result);
  const rows: [string, string][] = [
    ["Switch", status.hold],
    ["Equity", `${decimal(status.equity, 2)} (${percent(status.equity / status.startEquity - 1)})`],
    ["Cash", decimal(status.cash, 2)],
    ["Closed profit", decimal(status.closedProfit, 2)],
    ["Fees paid", decimal(status.feesPaid, 2)],
    ["Fills", decimal(status.fills, 0)],
    ["Open orders", `${status.openOrders}${status.unknownOrders > 0 ? `, ${status.unknownOrders} of unknown fate` : ""}`],
    ...(status.foreignOrders > 0 ? [["Not the bot's", `${status.foreignOrders} open orders`] satisfies [string, string]] : []),
    ...status.symbols.map(({ symbol, price: last, base, stance, reason, openOrders }): [string, string] => [
      symbol,
      `${base} held, ${openOrders} orders, price ${last === null ? "unknown" : price(last)}${stance === null ? "" : `; ${stance}: ${reason ?? ""}`}`,
    ]),
    ...outsideRows(status.outside),
    ...(status.refusedHosts ?? []).map(({ target, count }): [string, string] => ["Refused", `${target} is not among the hosts that it may reach: ${count} ${count === 1 ? "try" : "tries"}`]),
    ...status.troubles.map((trouble): [string, string] => ["Trouble", trouble]),
  ];
  return rows.map(([name, text]) => wrap(text, COLUMNS - INDENT).map((line, i) => `  ${(i === 0 ? name : "").padEnd(INDENT - 2)}${line}\n`).join("")).join("");
}

function outsideRows(outside: StatusReport["outside"]): [string, string][] {
  if (outside === undefined) return [];
  const { sources, model } = outside;
  const silent = sources.filter(({ good }) => good === false);
  return [
    ...(sources.length > 0 ? [["Sources", `${sources.filter(({ good }) => good === true).length} of ${sources.length} answer`] satisfies [string, string]] : []),
    ...silent.map(({ source, why }): [string, string] => ["Silent", why.startsWith(source) ? why : `${source}: ${why}`]),
    ...(model === null ? [] : [["Model today", `${model.name}, ${model.calls} calls, ${decimal(model.tokens, 0)} tokens, ${model.cost === null ? "cost not counted" : `$${model.cost.toFixed(4)}`}`] satisfies [string, string]]),
    ...(model?.notes ?? []).map((note): [string, string] => ["Silent", note]),
  ];
}

const COLUMNS = 80;
const INDENT = 17;
