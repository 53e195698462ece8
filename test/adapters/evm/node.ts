import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { encodeAbiParameters, encodeFunctionData, parseAbi } from "viem";

export const OWNER = "0x52908400098527886E0F7030069857D2E4169EE7";
export const USDC = "0xde709f2102306220921060314715629080e2fb77";

const ABI = parseAbi(["function balanceOf(address) view returns (uint256)", "function decimals() view returns (uint8)", "function symbol() view returns (string)"]);
const data = (name: "decimals" | "symbol"): string => encodeFunctionData({ abi: ABI, functionName: name });

export interface FakeToken {
  readonly symbol: string;
  readonly decimals: number;
  readonly units: bigint;
}

/** What the node does with a request instead of answering: by method. */
export type Mishap = (response: ServerResponse, id: unknown, method: string) => void;

/** A JSON-RPC node of this process with one chain. */
export async function startNode(options: { readonly chainId?: number; readonly wei?: bigint; readonly tokens?: Readonly<Record<string, FakeToken>> } = {}) {
  const state = { chainId: options.chainId ?? 1, wei: options.wei ?? 0n, tokens: { ...options.tokens } as Record<string, FakeToken>, mishap: null as Mishap | null, results: new Map<string, unknown>(), asked: [] as string[] };
  const answer = (method: string, params: readonly unknown[]): unknown => {
    if (state.results.has(method)) return state.results.get(method);
    if (method === "eth_chainId") return `0x${state.chainId.toString(16)}`;
    if (method === "eth_getBalance") return `0x${state.wei.toString(16)}`;
    const { to, data: input } = params[0] as { to: string; data: string };
    const token = state.tokens[to.toLowerCase()];
    if (!token) return "0x";
    if (input === data("decimals")) return encodeAbiParameters([{ type: "uint8" }], [token.decimals]);
    if (input === data("symbol")) return encodeAbiParameters([{ type: "string" }], [token.symbol]);
    return encodeAbiParameters([{ type: "uint256" }], [token.units]);
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString()) as { id: unknown; method: string; params: unknown[] };
      state.asked.push(method);
      if (state.mishap) {
        state.mishap(response, id, method);
        return;
      }
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result: answer(method, params) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3/0123456789abcdef`,
    state,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
