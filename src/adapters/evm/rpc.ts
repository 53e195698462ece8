import { setTimeout as sleep } from "node:timers/promises";
import { createPublicClient, HttpRequestError, http, ResponseBodyTooLargeError, RpcRequestError, TimeoutError } from "viem";
import { z } from "zod";
import { redactor } from "../../core/redact.ts";
import { RunError } from "../../core/user-error.ts";

/** How patient a call is; times in milliseconds. */
export interface RpcPatience {
  readonly attempts: number;
  /** It doubles. */
  readonly firstWait: number;
  /** Of one answer, its body included. */
  readonly deadline: number;
}

/** Three tries of ten seconds: somebody waits for the answer. */
export const RPC_PATIENCE: RpcPatience = { attempts: 3, firstWait: 400, deadline: 10_000 };

/** Reads from a node over JSON-RPC. Only calls that change nothing are there. */
export interface Rpc {
  chainId(signal: AbortSignal): Promise<bigint>;
  /** Wei of the native coin, now. */
  balance(address: Address, signal: AbortSignal): Promise<bigint>;
  /** What a contract answers to a call, as bytes in hex. */
  call(to: Address, data: Hex, signal: AbortSignal): Promise<Hex>;
}

/** Bytes in hex. */
export type Hex = `0x${string}`;
/** An address in small letters. */
export type Address = Hex;

/** Bytes. The longest answer that is asked for, the symbol of a token, has a few hundred. */
const LARGEST_ANSWER = 262_144;

/** Up to 256 bits; what JSON-RPC calls a quantity. */
const quantity = z.string().regex(/^0x[0-9a-f]{1,64}$/i, "is no quantity in hex").transform(BigInt);
const bytes = z.custom<Hex>((value) => typeof value === "string" && /^0x(?:[0-9a-f]{2})*$/i.test(value), "is no data in hex");

/** A client of a node. viem's own retries would wait as long as the node asks for; ours end. */
export function openRpc(url: string, patience: RpcPatience = RPC_PATIENCE): Rpc {
  const client = createPublicClient({
    transport: http(url, { timeout: patience.deadline, retryCount: 0, maxResponseBodySize: LARGEST_ANSWER, fetchOptions: { redirect: "error" } }),
  });
  // Such URLs carry keys, in the path as well.
  const { pathname, search } = new URL(url);
  const redact = redactor([url, pathname.slice(1), search.slice(1)]);

  async function ask<Value>(method: string, shape: z.ZodType<Value>, request: (signal: AbortSignal) => Promise<unknown>, signal: AbortSignal): Promise<Value> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        const parsed = shape.safeParse(await request(signal));
        if (parsed.success) return parsed.data;
        throw new RunError(`${method}: the node's answer ${parsed.error.issues[0]?.message ?? "has another form"}.`);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof RunError) throw error;
        const { text, lasting } = causeOf(error, patience.deadline);
        if (lasting || attempt >= patience.attempts) throw new RunError(`${method}: ${redact(text)}${lasting ? "" : ` (tried ${attempt} times)`}`);
        await sleep(patience.firstWait * 2 ** (attempt - 1), undefined, { signal });
      }
    }
  }

  return {
    chainId: (signal) => ask("eth_chainId", quantity, (stop) => client.request({ method: "eth_chainId" }, { signal: stop }), signal),
    balance: (address, signal) => ask("eth_getBalance", quantity, (stop) => client.request({ method: "eth_getBalance", params: [address, "latest"] }, { signal: stop }), signal),
    call: (to, data, signal) => ask("eth_call", bytes, (stop) => client.request({ method: "eth_call", params: [{ to, data }, "latest"] }, { signal: stop }), signal),
  };
}

/** What failed, on one line, and whether asking again is of no use. */
function causeOf(error: unknown, deadline: number): { readonly text: string; readonly lasting: boolean } {
  const causes: unknown[] = [];
  for (let one: unknown = error; one instanceof Error && causes.length < 10; one = one.cause) causes.push(one);
  if (causes.some((one) => one instanceof TimeoutError)) return { text: `no answer within ${deadline / 1_000} s`, lasting: false };
  if (causes.some((one) => one instanceof ResponseBodyTooLargeError)) return { text: `the answer is longer than ${LARGEST_ANSWER} bytes`, lasting: true };
  if (causes.some((one) => one instanceof SyntaxError)) return { text: "the node's answer is no JSON; is it the right URL?", lasting: false };
  const rpc = causes.find((one) => one instanceof RpcRequestError);
  if (rpc) return { text: `the node refuses: ${short(rpc.details)} (code ${String(rpc.code)})`, lasting: rpc.status !== 429 && !isBusy(rpc.code) };
  const failed = causes.find((one) => one instanceof HttpRequestError);
  if (failed) return { text: failed.status === undefined ? `the node is not reached: ${short(failed.details)}` : `the node answers with status ${failed.status}`, lasting: failed.status === 401 || failed.status === 403 || failed.status === 404 };
  return { text: `the node's answer cannot be read: ${short(error instanceof Error ? error.message : String(error))}`, lasting: false };
}

/** An internal error, or a limit of requests, may pass (EIP-1474). */
function isBusy(code: unknown): boolean {
  return code === -32_603 || code === -32_005;
}

function short(text: string): string {
  return text.replaceAll(/[\p{C}\s]+/gu, " ").trim().slice(0, 160);
}
