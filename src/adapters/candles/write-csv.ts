import { CANDLE_COLUMNS, type CandleSeries } from "../../core/candle.ts";

const ROWS_AT_ONCE = 10_000;

/** A series as CSV text in pieces: header `time,open,high,low,close,volume`, time in epoch milliseconds. */
export function* csvPieces(series: CandleSeries): Generator<string> {
  yield `${CANDLE_COLUMNS.join(",")}\n`;
  for (let from = 0; from < series.length; from += ROWS_AT_ONCE) {
    let piece = "";
    for (let i = from; i < Math.min(series.length, from + ROWS_AT_ONCE); i++) {
      piece += `${CANDLE_COLUMNS.map((name) => String(series[name][i])).join(",")}\n`;
    }
    yield piece;
  }
}
