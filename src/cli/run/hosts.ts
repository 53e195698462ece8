import type { Definition } from "../../app/definition/schema.ts";

/** Other hosts than the exchange's own, where the definition names one. */
export function hostsOf({ trade: { url } }: Definition): { readonly urls?: { readonly http: string; readonly ws: string } } {
  return url === undefined ? {} : { urls: { http: url.replace(/\/$/, ""), ws: url.replace(/^http/, "ws").replace(/\/$/, "") } };
}
