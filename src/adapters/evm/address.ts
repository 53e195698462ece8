import { decodeFunctionResult, encodeFunctionData, hexToString, isAddress, parseAbi } from "viem";
import { fromUnits, textOf } from "../../core/holdings/exact.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import type { Holding, HoldingsSource } from "../../ports/account.ts";
import { type Address, type Hex, openRpc, type Rpc, type RpcPatience } from "./rpc.ts";

/** An ERC-20 token that is watched. What is given beside the contract must be what the contract says. */
export interface WatchedToken {
  readonly contract: string;
  readonly symbol?: string;
  readonly decimals?: number;
  /** The asset as whose price it is worth. */
  readonly pricedAs?: string;
}

/** An address that is watched. */
export interface WatchedAddress {
  readonly label: string;
  /** JSON-RPC, http or https. */
  readonly rpc: string;
  /** EIP-155; checked against the node. */
  readonly chainId: number;
  readonly address: string;
  /** The chain's coin, of 18 decimals; `null`: it is not read. */
  readonly native: string | null;
  readonly tokens: readonly WatchedToken[];
  readonly patience?: RpcPatience;
}

const ERC20 = parseAbi(["function balanceOf(address) view returns (uint256)", "function decimals() view returns (uint8)", "function symbol() view returns (string)"]);
const NATIVE_DECIMALS = 18;
/** More decimals than any token in use; a contract that says 255 would make every balance nothing. */
const MOST_DECIMALS = 36;
/** Some print blanks, or letters that turn the line around. */
const SYMBOL = /^[A-Za-z0-9.$_+-]{1,20}$/;

interface TokenFacts {
  readonly symbol: string;
  readonly decimals: number;
}

/** Reads what an address owns: the chain's coin and the tokens named. */
export function watchAddress(watched: WatchedAddress): HoldingsSource {
  const { label, chainId, tokens, native } = watched;
  const address = addressOf(watched.address);
  const contracts = tokens.map(({ contract }) => addressOf(contract));
  const rpc = openRpc(watched.rpc, watched.patience);
  const facts = new Map<Address, TokenFacts>();
  return {
    label,
    kind: "address",
    place: `chain ${chainId} ${address.slice(0, 6)}...${address.slice(-4)}`,
    read: async (signal) => {
      const found = await rpc.chainId(signal);
      if (found !== BigInt(chainId)) throw new RunError(`the node is on chain ${found}, not ${chainId}; give the RPC URL of the right chain.`);
      const holdings: Holding[] = [];
      if (native !== null) holdings.push(holdingOf(native, await rpc.balance(address, signal), NATIVE_DECIMALS));
      for (const [i, token] of tokens.entries()) {
        const contract = contracts[i];
        if (contract === undefined) continue;
        try {
          const { symbol, decimals } = facts.get(contract) ?? (await factsOf(rpc, contract, token, signal));
          facts.set(contract, { symbol, decimals });
          const units = decoded("balanceOf", await rpc.call(contract, encodeFunctionData({ abi: ERC20, functionName: "balanceOf", args: [address] }), signal), contract);
          holdings.push({ ...holdingOf(symbol, units, decimals), ...(token.pricedAs === undefined ? {} : { pricedAs: token.pricedAs }) });
        } catch (error) {
          // All or nothing: an address without one of its tokens would look as if that had been sold.
          if (error instanceof RunError) throw new RunError(`token ${token.symbol ?? contract}: ${error.message}`);
          throw error;
        }
      }
      return { holdings: holdings.filter(({ quantity }) => quantity !== "0"), openOrders: [], missing: [] };
    },
  };
}

/** A checked address. One in mixed case carries a checksum (EIP-55), which catches a wrong letter. */
export function addressOf(text: string): Address {
  const whole = /^0x[0-9a-fA-F]{40}$/.test(text);
  const plain = text.toLowerCase() === text || `0x${text.slice(2).toUpperCase()}` === text;
  if (!whole || !isAddress(text, { strict: !plain })) throw new UserError(`${text} is no address: ${whole ? "its checksum is wrong, so a letter may be too" : "write 0x and 40 hex digits"}.`);
  return text.toLowerCase() as Address;
}

function holdingOf(asset: string, units: bigint, decimals: number): Holding {
  const quantity = textOf(fromUnits(units, decimals));
  return { asset, quantity, free: quantity, used: "0" };
}

/** A token's symbol and decimals from the chain, where they must agree with what the owner has written. */
async function factsOf(rpc: Rpc, contract: Address, token: WatchedToken, signal: AbortSignal): Promise<TokenFacts> {
  const decimals = decoded("decimals", await rpc.call(contract, encodeFunctionData({ abi: ERC20, functionName: "decimals" }), signal), contract);
  if (decimals > MOST_DECIMALS) throw new RunError(`the contract says that it has ${decimals} decimals; nothing that is worth something has.`);
  if (token.decimals !== undefined && token.decimals !== decimals) throw new RunError(`it has ${decimals} decimals on the chain, not ${token.decimals}; is it the right contract?`);
  const symbol = symbolOf(await rpc.call(contract, encodeFunctionData({ abi: ERC20, functionName: "symbol" }), signal), contract);
  if (!SYMBOL.test(symbol)) throw new RunError("the contract's symbol is no plain name; is it the right contract?");
  if (token.symbol !== undefined && token.symbol.toUpperCase() !== symbol.toUpperCase()) throw new RunError(`it is called ${symbol} on the chain, not ${token.symbol}; is it the right contract?`);
  return { symbol: token.symbol ?? symbol, decimals };
}

function decoded<Name extends "balanceOf" | "decimals">(name: Name, data: Hex, contract: Address): Name extends "decimals" ? number : bigint;
function decoded(name: "balanceOf" | "decimals", data: Hex, contract: Address): number | bigint {
  if (data === "0x") throw new RunError(`there is no token at ${contract} on this chain.`);
  try {
    return name === "decimals" ? decodeFunctionResult({ abi: ERC20, functionName: name, data }) : decodeFunctionResult({ abi: ERC20, functionName: name, data });
  } catch {
    throw new RunError(`what ${contract} answers to ${name} is no number.`);
  }
}

/** Tokens of the first years answer with 32 bytes instead of a text. */
function symbolOf(data: Hex, contract: Address): string {
  if (/^0x[0-9a-f]{64}$/i.test(data)) return hexToString(data).replace(/\0+$/, "");
  try {
    return decodeFunctionResult({ abi: ERC20, functionName: "symbol", data });
  } catch {
    throw new RunError(`what ${contract} answers to symbol is no text.`);
  }
}
