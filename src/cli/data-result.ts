import { z } from "zod";
import { manifestSchema } from "../adapters/candles/manifest.ts";
import { SOURCE_NAMES } from "../app/definition/sources-schema.ts";

const count = z.int().min(0);
const time = z.int().describe("epoch milliseconds, UTC");
const notes = z.array(z.string()).readonly();

/** What `caucus data list --json` prints: the stored candles, and what is kept of sources. */
export const dataListSchema = z.strictObject({
  candles: z.array(manifestSchema).readonly(),
  sources: z
    .array(
      z.strictObject({
        source: z.string(),
        symbol: z.string().nullable().describe("null for what concerns everything"),
        items: count,
        from: time.describe("first publication, epoch milliseconds, UTC"),
        to: time.describe("last publication, epoch milliseconds, UTC"),
        fetched: time.describe("when the last item was fetched, epoch milliseconds, UTC"),
      }),
    )
    .readonly(),
});
export type DataList = z.infer<typeof dataListSchema>;

/** What `caucus data download --json` prints of candles. */
const candleDownloadSchema = z.strictObject({ added: count.describe("new candles"), notes, manifest: manifestSchema });
export type CandleDownload = z.infer<typeof candleDownloadSchema>;

/** What `caucus data download --source --json` prints. */
const sourceDownloadSchema = z.strictObject({ source: z.enum(SOURCE_NAMES), added: count.describe("new items"), notes });
export type SourceDownloaded = z.infer<typeof sourceDownloadSchema>;

/** What `caucus data download --json` prints: of candles, or of a source. */
export const dataDownloadSchema = z.union([candleDownloadSchema, sourceDownloadSchema]);

/** What `caucus data export --json` prints of the file that it wrote. */
export const dataExportSchema = z.strictObject({
  file: z.string(),
  symbol: z.string(),
  candles: count,
  hash: z.string().describe("sha256 over the candle columns"),
  synthetic: z.boolean(),
});
export type DataExport = z.infer<typeof dataExportSchema>;

const instant = z.iso.datetime();
const faults = z.strictObject({ count, first: z.array(z.strictObject({ place: z.string().describe("line or row of the file, or number of the candle"), time: instant })).describe("the first of them") });

/** What is found about one file or one shelf of the store. */
const checkedSchema = z.strictObject({
  name: z.string(),
  candles: count,
  timeframe: z.string().describe("length of a candle, such as 1m"),
  from: instant.describe("open of the first candle"),
  to: instant.describe("close of the last candle"),
  gaps: z.strictObject({ count, missing: count.describe("candles missing in the gaps"), first: z.array(z.strictObject({ after: instant, before: instant, missing: count })).describe("opens of the candles on either side, of the first gaps") }),
  duplicates: faults,
  outOfOrder: faults,
  impossible: faults.describe("high or low contradicts open and close, a price at or under 0, a negative volume, or no number"),
  offTheGrid: faults.describe("does not open at a multiple of the timeframe"),
  zeroVolume: count.describe("candles in which nothing was traded"),
  unclosed: z.boolean().describe("the last candle had not closed"),
  intact: z.boolean().optional().describe("the stored candles still have their hash; absent for files"),
  notes,
  sound: z.boolean().describe("may be traded on"),
});
export type CheckedCandles = z.infer<typeof checkedSchema>;

/** What `caucus data check --json` prints. */
export const dataCheckSchema = z.strictObject({ checked: z.array(checkedSchema) });
export type DataCheck = z.infer<typeof dataCheckSchema>;
