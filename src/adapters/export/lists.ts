import type { EquityRecord, FillRecord, FullBacktestOutput, RoundTripRecord, VoteRecord } from "../../app/result.ts";

/** One cell: epoch milliseconds in a `time` column, null where a row has no such value. */
export type Cell = number | string | null;

/** A column of an exported list; `nullable` where a row may have no value in it. */
export interface ExportColumn {
  readonly name: string;
  readonly kind: "time" | "integer" | "number" | "text" | "json";
  readonly nullable: boolean;
  readonly cells: readonly Cell[];
}

/** A list of a run as columns of equal length; `name` is the name of the file without its ending. */
export interface ExportList {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly ExportColumn[];
}

interface Shape<Row> {
  readonly name: string;
  readonly kind: ExportColumn["kind"];
  readonly nullable?: true;
  readonly of: (row: Row) => Cell;
}

const FILLS: readonly Shape<FillRecord>[] = [
  { name: "id", kind: "integer", of: (fill) => fill.id },
  { name: "time", kind: "time", of: (fill) => fill.time },
  { name: "symbol", kind: "text", of: (fill) => fill.symbol },
  { name: "strategy", kind: "text", of: (fill) => fill.strategy },
  { name: "key", kind: "text", of: (fill) => fill.key },
  { name: "side", kind: "text", of: (fill) => fill.side },
  { name: "price", kind: "number", of: (fill) => fill.price },
  { name: "quantity", kind: "number", of: (fill) => fill.quantity },
  { name: "notional", kind: "number", of: (fill) => fill.notional },
  { name: "fee", kind: "number", of: (fill) => fill.fee },
  { name: "feeCurrency", kind: "text", of: (fill) => fill.feeCurrency },
  { name: "liquidity", kind: "text", of: (fill) => fill.liquidity },
  { name: "reason", kind: "text", of: (fill) => fill.reason },
];

const ROUND_TRIPS: readonly Shape<RoundTripRecord>[] = [
  { name: "symbol", kind: "text", of: (trip) => trip.symbol },
  { name: "strategy", kind: "text", of: (trip) => trip.strategy },
  { name: "lot", kind: "text", of: (trip) => trip.lot },
  { name: "openTime", kind: "time", of: (trip) => trip.openTime },
  { name: "closeTime", kind: "time", of: (trip) => trip.closeTime },
  { name: "quantity", kind: "number", of: (trip) => trip.quantity },
  { name: "entryPrice", kind: "number", of: (trip) => trip.entryPrice },
  { name: "exitPrice", kind: "number", of: (trip) => trip.exitPrice },
  { name: "fees", kind: "number", of: (trip) => trip.fees },
  { name: "profit", kind: "number", of: (trip) => trip.profit },
  { name: "return", kind: "number", of: (trip) => trip.return },
];

const EQUITY: readonly Shape<EquityRecord>[] = [
  { name: "time", kind: "time", of: (sample) => sample.time },
  { name: "equity", kind: "number", of: (sample) => sample.equity },
  { name: "cash", kind: "number", of: (sample) => sample.cash },
  { name: "exposure", kind: "number", of: (sample) => sample.exposure },
];

const VOTES: readonly Shape<VoteRecord>[] = [
  { name: "time", kind: "time", of: (vote) => vote.time },
  { name: "expires", kind: "time", of: (vote) => vote.expires },
  { name: "symbol", kind: "text", of: (vote) => vote.symbol },
  { name: "agent", kind: "text", of: (vote) => vote.agent },
  { name: "score", kind: "number", of: (vote) => vote.score },
  { name: "confidence", kind: "number", of: (vote) => vote.confidence },
  { name: "reason", kind: "text", of: (vote) => vote.reason },
  { name: "ranging", kind: "number", nullable: true, of: (vote) => vote.ranging ?? null },
  { name: "size", kind: "number", nullable: true, of: (vote) => vote.size ?? null },
  { name: "vetoMaxExposure", kind: "number", nullable: true, of: (vote) => vote.veto?.maxExposure ?? null },
  { name: "vetoLimit", kind: "text", nullable: true, of: (vote) => vote.veto?.limit ?? null },
  { name: "levels", kind: "json", nullable: true, of: (vote) => (vote.levels === undefined ? null : JSON.stringify(vote.levels)) },
  { name: "evidence", kind: "json", of: (vote) => JSON.stringify(vote.evidence) },
];

/** The lists of a run that are exported: fills, round trips, equity and votes, with the names and units of the JSON. */
export function exportLists(output: FullBacktestOutput): ExportList[] {
  return [
    list("fills", output.fills, FILLS),
    list("roundTrips", output.roundTrips, ROUND_TRIPS),
    list("equity", output.equity, EQUITY),
    list("votes", output.votes, VOTES),
  ];
}

function list<Row>(name: string, rows: readonly Row[], shapes: readonly Shape<Row>[]): ExportList {
  const columns = shapes.map(({ name: column, kind, nullable = false, of }) => ({ name: column, kind, nullable, cells: rows.map(of) }));
  return { name, rows: rows.length, columns };
}
