import { UserError } from "../../../core/user-error.ts";

/** A Redis server to be reached, and how it may be spoken of. */
export interface RedisAddress {
  /** With user and password, where there are any: never printed. */
  readonly url: string;
  /** Without them. */
  readonly shown: string;
}

const EXAMPLE = "redis://127.0.0.1:6379, or rediss://user:password@host:6380/0 for TLS";
const DEFAULT_PORT = 6379;

/** The address in a flag's text. Throws a `UserError` for what is none, without repeating it: it may hold a password. */
export function redisAddress(text: string): RedisAddress {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "redis:" && url.protocol !== "rediss:") || url.hostname === "") {
    throw new UserError(`--redis: this is no address of a Redis server. It looks like ${EXAMPLE}.`);
  }
  if (!/^\/?\d*$/.test(url.pathname) || url.search !== "" || url.hash !== "") {
    throw new UserError(`--redis: after the port only the number of a database may stand. It looks like ${EXAMPLE}.`);
  }
  const database = url.pathname.replace("/", "");
  return { url: text, shown: `${url.protocol}//${url.hostname}:${url.port === "" ? DEFAULT_PORT : url.port}${database === "" ? "" : `/${database}`}` };
}
