import type { TelegramCommand } from "../command.ts";
import { alert } from "./alert.ts";
import { backtest } from "./backtest.ts";
import { balance } from "./balance.ts";
import { buy, sell } from "./by-hand.ts";
import { cancel } from "./cancel.ts";
import { chart } from "./chart.ts";
import { config } from "./config.ts";
import { dca } from "./dca.ts";
import { flatten } from "./flatten.ts";
import { grid } from "./grid.ts";
import { health } from "./health.ts";
import { helpOf } from "./help.ts";
import { levels } from "./levels.ts";
import { logs } from "./logs.ts";
import { optimize } from "./optimize.ts";
import { orders } from "./orders.ts";
import { pause } from "./pause.ts";
import { performance } from "./performance.ts";
import { portfolio } from "./portfolio.ts";
import { profit } from "./profit.ts";
import { receipt } from "./receipt.ts";
import { resume } from "./resume.ts";
import { risk } from "./risk.ts";
import { setdca, setgrid } from "./set-params.ts";
import { signals } from "./signals.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { tax } from "./tax.ts";
import { top } from "./top.ts";
import { trades } from "./trades.ts";
import { version } from "./version.ts";
import { virtual } from "./virtual.ts";
import { votes } from "./votes.ts";
import { watch } from "./watch.ts";
import { why } from "./why.ts";

/** Every command, by name. */
export const commands: readonly TelegramCommand[] = [
  alert, backtest, balance, buy, cancel, chart, config, dca, flatten, grid, health, helpOf(() => commands), levels, logs, optimize, orders, pause, performance, portfolio, profit, receipt, resume, risk, sell, setdca, setgrid, signals, status, stop, tax, top, trades, version, virtual, votes, watch, why,
];
