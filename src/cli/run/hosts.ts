import type { Definition } from "../../app/definition/schema.ts";

/** Where an exchange is asked in place of its own hosts; nothing where it is asked there. */
export interface OtherHosts {
  readonly urls?: { readonly http: string; readonly ws: string };
}

/** Other hosts than the exchange's own, where the definition names one. */
export function hostsOf({ trade: { url } }: Definition): OtherHosts {
  return hostsAt(url);
}

/** The hosts at an address that a flag or a definition names. */
export function hostsAt(url: string | undefined): OtherHosts {
  return url === undefined ? {} : { urls: { http: url.replace(/\/$/, ""), ws: url.replace(/^http/, "ws").replace(/\/$/, "") } };
}
