import { z } from "zod";

const HOST = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?(?::\d{1,5})?$|^\[[0-9a-f:.]+\](?::\d{1,5})?$/i;
const portOf = (text: string): number => Number(/:(\d+)$/.exec(text.replace(/^\[[^\]]*\]/, ""))?.[1] ?? 443);

/** Hosts that may be reached besides those that follow from the rest of a definition. */
export const egressSchema = z.strictObject({
  allow: z
    .array(
      z
        .string()
        .refine((text) => HOST.test(text), "must be a host such as api.example.com, with a port where it is not 443: api.example.com:8443; no https:// before it and no path after it")
        .refine((text) => !text.startsWith("*.") || text.split(".").length > 2, "must name at least two parts after the star, such as *.example.com")
        .refine((text) => portOf(text) >= 1 && portOf(text) <= 65_535, "must have a port from 1 to 65535"),
    )
    .max(50)
    .default([])
    .describe("such as api.example.com, *.example.com:8443 or 10.0.0.5:6379; port 443 where none is written"),
});
