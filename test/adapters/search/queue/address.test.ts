import { describe, expect, it } from "vitest";
import { redisAddress } from "../../../../src/adapters/search/queue/address.ts";
import { withoutSecrets } from "../../../../src/adapters/search/queue/connection.ts";
import { UserError } from "../../../../src/core/user-error.ts";

describe("the address of a Redis server", () => {
  it.each<[string, string]>([
    ["redis://10.0.0.5:6379", "redis://10.0.0.5:6379"],
    ["redis://10.0.0.5", "redis://10.0.0.5:6379"],
    ["redis://user:secret@host:7000/2", "redis://host:7000/2"],
    ["rediss://:secret@host", "rediss://host:6379"],
    ["redis://[::1]:6380/", "redis://[::1]:6380"],
  ])("%s is shown as %s", (url, shown) => {
    expect(redisAddress(url)).toEqual({ url, shown });
  });

  it.each(["", "localhost:6379", "http://:secret@host", "redis://", "redis://:secret@host:port", "redis://host/secret", "redis://host/0?password=secret", "redis://host/0#secret"])(
    "%s is refused without being repeated",
    (text) => {
      expect(() => redisAddress(text)).toThrow(UserError);
      expect(() => redisAddress(text)).not.toThrow(/secret/);
    },
  );

  it("takes the password out of what others say, as it was written and as it is meant", () => {
    const address = redisAddress("redis://:p%40ss@host");
    expect(withoutSecrets("cannot reach redis://:p%40ss@host with p@ss or p%40ss.", address)).toBe("cannot reach *** with *** or ***");
  });
});
