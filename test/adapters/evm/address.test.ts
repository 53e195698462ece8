import { afterEach, describe, expect, it } from "vitest";
import { padHex, stringToHex } from "viem";
import { watchAddress, type WatchedAddress } from "../../../src/adapters/evm/address.ts";
import { OWNER, startNode, USDC } from "./node.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function nodeWith(options: Parameters<typeof startNode>[0] = {}) {
  const node = await startNode(options);
  closing.push(node.close);
  return node;
}

const HURRY = { attempts: 3, firstWait: 1, deadline: 2_000 };
const watch = (url: string, more: Partial<WatchedAddress> = {}) => watchAddress({ label: "vault", rpc: url, chainId: 1, address: OWNER, native: "ETH", tokens: [], patience: HURRY, ...more });
const signal = new AbortController().signal;
const TOKEN = { symbol: "USDC", decimals: 6, units: 2_500_000_001n };

describe("a watched address", () => {
  it("tells the coin and the tokens to the last unit", async () => {
    const node = await nodeWith({ wei: 1_234_567_890_123_456_789n, tokens: { [USDC]: TOKEN } });
    const reading = await watch(node.url, { tokens: [{ contract: USDC, symbol: "USDC", decimals: 6 }] }).read(signal);
    expect(reading.holdings).toEqual([
      { asset: "ETH", quantity: "1.234567890123456789", free: "1.234567890123456789", used: "0" },
      { asset: "USDC", quantity: "2500.000001", free: "2500.000001", used: "0" },
    ]);
    expect(node.state.asked.every((method) => ["eth_chainId", "eth_getBalance", "eth_call"].includes(method))).toBe(true);
  });

  it("tells balances that no double holds", async () => {
    const node = await nodeWith({ wei: 2n ** 256n - 1n });
    const { holdings } = await watch(node.url).read(signal);
    expect(holdings[0]?.quantity).toBe("115792089237316195423570985008687907853269984665640564039457.584007913129639935");
  });

  it("takes the symbol from the chain when none is given, and the price of another asset when one is named", async () => {
    const node = await nodeWith({ tokens: { [USDC]: { symbol: "WETH", decimals: 18, units: 10n ** 18n } } });
    const { holdings } = await watch(node.url, { native: null, tokens: [{ contract: USDC, pricedAs: "ETH" }] }).read(signal);
    expect(holdings).toEqual([{ asset: "WETH", quantity: "1", free: "1", used: "0", pricedAs: "ETH" }]);
  });

  it("reads the 32-byte symbol of an old token", async () => {
    const node = await nodeWith({ tokens: { [USDC]: { symbol: "MKR", decimals: 18, units: 5n * 10n ** 17n } } });
    node.state.mishap = (response, id, method) => {
      const answers: Record<string, unknown> = { eth_chainId: "0x1" };
      node.state.asked.push(method);
      const calls = node.state.asked.filter((one) => one === "eth_call").length / 2;
      const called = [padHex("0x12"), padHex(stringToHex("MKR"), { dir: "right" }), padHex("0x6f05b59d3b20000")][calls - 1];
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result: answers[method] ?? called }));
    };
    const { holdings } = await watch(node.url, { native: null, tokens: [{ contract: USDC }] }).read(signal);
    expect(holdings).toMatchObject([{ asset: "MKR", quantity: "0.5" }]);
  });

  it("refuses a node of another chain", async () => {
    const node = await nodeWith({ chainId: 137 });
    await expect(watch(node.url).read(signal)).rejects.toThrow("the node is on chain 137, not 1");
  });

  it("refuses what does not agree with the chain: decimals, symbol, no contract", async () => {
    const node = await nodeWith({ tokens: { [USDC]: TOKEN } });
    await expect(watch(node.url, { tokens: [{ contract: USDC, decimals: 18 }] }).read(signal)).rejects.toThrow("it has 6 decimals on the chain, not 18");
    await expect(watch(node.url, { tokens: [{ contract: USDC, symbol: "DAI" }] }).read(signal)).rejects.toThrow("it is called USDC on the chain, not DAI");
    await expect(watch(node.url, { tokens: [{ contract: "0x27b1fdb04752bbc536007a920d24acb045561c26" }] }).read(signal)).rejects.toThrow("there is no token at 0x27b1fdb04752bbc536007a920d24acb045561c26");
  });

  it("refuses a contract that lies about itself", async () => {
    const node = await nodeWith({ tokens: { [USDC]: { ...TOKEN, decimals: 255 } } });
    await expect(watch(node.url, { tokens: [{ contract: USDC }] }).read(signal)).rejects.toThrow("255 decimals");
    node.state.tokens[USDC] = { ...TOKEN, symbol: "US\u202EDC" };
    await expect(watch(node.url, { tokens: [{ contract: USDC }] }).read(signal)).rejects.toThrow("no plain name");
  });

  it.each([
    ["nothing", ""], ["null", null], ["a number", 5], ["true", true], ["a decimal", "1000"], ["0x", "0x"], ["too many digits", `0x1${"0".repeat(64)}`], ["an object", { a: 1 }], ["letters", "0xzz"],
  ])("takes %s for a balance for what it is: no balance", async (_name, result) => {
    const node = await nodeWith();
    node.state.results.set("eth_getBalance", result);
    await expect(watch(node.url).read(signal)).rejects.toThrow(/eth_getBalance: the node's answer/);
  });

  it("asks again when the node fails, and says what it said when it goes on failing, without its URL", async () => {
    const node = await nodeWith({ wei: 7n });
    let failures = 2;
    const good = node.state.mishap;
    node.state.mishap = (response, id, method) => {
      if (failures-- > 0) {
        response.statusCode = 503;
        response.end("<html>busy</html>");
        return;
      }
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result: method === "eth_chainId" ? "0x1" : "0x7" }));
    };
    expect((await watch(node.url).read(signal)).holdings).toMatchObject([{ quantity: "0.000000000000000007" }]);
    expect(good).toBeNull();
    node.state.mishap = (response) => {
      response.statusCode = 500;
      response.end("no");
    };
    const failure = await watch(node.url).read(signal).catch((error: unknown) => String(error));
    expect(failure).toContain("eth_chainId: the node answers with status 500 (tried 3 times)");
    expect(failure).not.toContain("0123456789abcdef");
  });

  it.each<[string, RegExp, (response: import("node:http").ServerResponse, id: unknown) => void]>([
    ["HTML with status 200", /answer is no JSON/, (response) => response.end("<html><body>Please log in</body></html>")],
    ["an answer without end", /longer than 262144 bytes/, (response) => response.end("x".repeat(400_000))],
    ["a connection that is cut", /node is not reached/, (response) => response.destroy()],
    ["a refusal", /node refuses: no such method \(code -32601\)/, (response, id) => response.end(JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32601, message: "no such\nmethod" } }))],
    ["an answer that is a list", /the node's answer/, (response) => response.end("[]")],
    ["a redirect to elsewhere", /node is not reached/, (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
  ])("says what is wrong with %s", async (_name, words, mishap) => {
    const node = await nodeWith();
    node.state.mishap = mishap;
    const failure = await watch(node.url).read(signal).catch((error: unknown) => String(error));
    expect(failure).toMatch(words);
    expect(failure).not.toContain("0123456789abcdef");
  });

  it("does not wait for a node that says nothing, nor for as long as one asks", async () => {
    const node = await nodeWith();
    node.state.mishap = () => undefined;
    await expect(watch(node.url, { patience: { attempts: 1, firstWait: 1, deadline: 30 } }).read(signal)).rejects.toThrow("no answer within 0.03 s");
    node.state.mishap = (response) => response.writeHead(429, { "retry-after": "86400" }).end("{}");
    await expect(watch(node.url).read(signal)).rejects.toThrow("status 429 (tried 3 times)");
  });

  it("knows a wrong letter by the checksum", () => {
    expect(() => watch("http://127.0.0.1:1", { address: OWNER.replace("E7", "e7") })).toThrow("its checksum is wrong");
    expect(() => watch("http://127.0.0.1:1", { address: "0x123" })).toThrow("write 0x and 40 hex digits");
  });
});
