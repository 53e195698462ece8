import { Redis } from "ioredis";
import { RunError } from "../../../core/user-error.ts";
import type { RedisAddress } from "./address.ts";

const CONNECT_MS = 5_000;
/** Milliseconds between attempts to come back to a server that went away. */
const RETRY_MS = 500;

/** A connection to Redis. */
export interface RedisLink {
  /** Comes back by itself when it is lost; its commands wait until then. So do duplicates of it. */
  readonly redis: Redis;
  /** Closes it. Duplicates that are looking for a server that went away look no longer: a program does not end while they do. */
  readonly disconnect: () => void;
}

/** A connection that is up. Throws a `RunError` when the server cannot be reached. */
export async function connectRedis(address: RedisAddress): Promise<RedisLink> {
  let wanted = false;
  const faults: Error[] = [];
  const client = new Redis(address.url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: null,
    retryStrategy: () => (wanted ? RETRY_MS : null),
  });
  client.on("error", (error: Error) => void (faults[0] = error));
  try {
    await client.connect();
    await client.ping();
    wanted = true;
    return {
      redis: client,
      disconnect: () => {
        wanted = false;
        client.disconnect();
      },
    };
  } catch (error) {
    client.disconnect();
    // What the connection met says more than that the command was not answered.
    const why = faults[0] ?? error;
    const told = withoutSecrets(why instanceof Error ? why.message : String(why), address);
    throw new RunError(`Redis at ${address.shown} cannot be used: ${told.startsWith("NOAUTH") ? "it asks for a password, which goes into the address (redis://:password@host)" : told}.`);
  }
}

/** What went wrong, without the address and the password that the server or the driver may have put into it. */
export function withoutSecrets(message: string, { url }: RedisAddress): string {
  const { password } = new URL(url);
  const secrets = [url, password].flatMap((one) => (one === "" ? [] : [one, decoded(one)]));
  return secrets.reduce((text, secret) => text.replaceAll(secret, "***"), message).replace(/\.$/, "");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
