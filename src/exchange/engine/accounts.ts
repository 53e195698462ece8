import { UserError } from "../../core/user-error.ts";
import { ASSET_DECIMALS, assetText, parseDecimal, scaled } from "./decimal.ts";
import type { AccountPlan, AssetBalance } from "./model.ts";

/** What an account has of one asset, in asset units. */
export interface Holding {
  free: bigint;
  locked: bigint;
}

/** Who has what. Units of every asset are 10^-12 of it. */
export interface Accounts {
  /** Per account: asset to holding. */
  readonly holdings: readonly Map<string, Holding>[];
  /** Fees that the exchange has taken. */
  readonly fees: Map<string, bigint>;
  /** The market maker, who trades against everybody; it may owe. */
  readonly maker: Map<string, bigint>;
  /** Deposits less withdrawals: what all of the above must add up to. */
  readonly supply: Map<string, bigint>;
}

/** Accounts with their first balances; `assets` are listed even where there is nothing of them. */
export function openAccounts(plans: readonly AccountPlan[], assets: readonly string[]): Accounts {
  const accounts: Accounts = { holdings: plans.map(() => new Map()), fees: new Map(), maker: new Map(), supply: new Map() };
  plans.forEach(({ balances }, account) => {
    for (const asset of assets) holding(accounts, account, asset);
    for (const [asset, text] of Object.entries(balances)) {
      const value = parseDecimal(text);
      const units = value && scaled(value, ASSET_DECIMALS);
      if (units === null) throw new UserError(`the balance of ${asset}, "${text}", is not a decimal of at most ${ASSET_DECIMALS} places such as 1000.5`);
      deposit(accounts, account, asset, units);
    }
  });
  return accounts;
}

/** What an account has of an asset; made when missing. */
export function holding(accounts: Accounts, account: number, asset: string): Holding {
  const mine = accounts.holdings[account];
  if (!mine) throw new RangeError(`there is no account ${account}`);
  let found = mine.get(asset);
  if (!found) mine.set(asset, (found = { free: 0n, locked: 0n }));
  return found;
}

/** Adds units (taken out when negative) from outside. */
export function deposit(accounts: Accounts, account: number, asset: string, units: bigint): void {
  holding(accounts, account, asset).free += units;
  add(accounts.supply, asset, units);
}

/** Locks what is free (unlocks when negative). */
export function lock(accounts: Accounts, account: number, asset: string, units: bigint): void {
  const held = holding(accounts, account, asset);
  held.free -= units;
  held.locked += units;
}

/** An exchange of free assets with the market maker: `paid` goes to it, `received` comes from it less the fee. */
export function exchange(
  accounts: Accounts,
  account: number,
  paid: { readonly asset: string; readonly units: bigint },
  received: { readonly asset: string; readonly units: bigint },
  fee: bigint,
): void {
  holding(accounts, account, paid.asset).free -= paid.units;
  holding(accounts, account, received.asset).free += received.units - fee;
  add(accounts.maker, paid.asset, paid.units);
  add(accounts.maker, received.asset, -received.units);
  add(accounts.fees, received.asset, fee);
}

function add(sums: Map<string, bigint>, asset: string, units: bigint): void {
  sums.set(asset, (sums.get(asset) ?? 0n) + units);
}

/** Balances of some assets (all that the account knows when none are named) as decimal texts. */
export function balancesOf(accounts: Accounts, account: number, assets?: readonly string[]): readonly AssetBalance[] {
  const names = assets ?? [...(accounts.holdings[account]?.keys() ?? [])];
  return names.map((asset) => {
    const { free, locked } = holding(accounts, account, asset);
    return { asset, free: assetText(free), locked: assetText(locked) };
  });
}
