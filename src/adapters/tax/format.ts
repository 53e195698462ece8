import type { TaxRow } from "../../core/tax/row.ts";
import type { Sheet } from "./sheet.ts";

/** A line that was read but says nothing that is understood; it has to be looked at by the owner. */
export interface Unread {
  readonly origin: string;
  readonly time: number | null;
  readonly text: string;
}

/** What a file came to. */
export interface Imported {
  readonly rows: readonly TaxRow[];
  readonly unread: readonly Unread[];
  /** Lines that move assets within one account, which no tax asks for. */
  readonly internal: number;
}

/** A kind of CSV file. */
export interface Format {
  /** Such as kraken ledgers; for the report. */
  readonly name: string;
  /** The account that rows belong to where the owner names none. */
  readonly account: string;
  /** Columns that a file of this kind has. */
  readonly needs: readonly string[];
  /** Whether its numbers can have commas between thousands. */
  readonly thousands: boolean;
  read(sheet: Sheet, account: string): Imported;
}

/** A name of an asset. */
export const ASSET = /^[^\p{C}\p{Z},;"']{1,40}$/u;
