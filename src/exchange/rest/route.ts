import type { z } from "zod";
import type { Directory } from "../directory.ts";
import type { Engine } from "../engine/model.ts";
import type { ExchangeClock } from "../clock.ts";
import type { Faults } from "../faults/faults.ts";
import type { Limiter, Limits } from "./limits.ts";
import type { Restrictions } from "./restrictions.ts";

/** What all doors of one exchange share. */
export interface Doors {
  readonly engine: Engine;
  readonly directory: Directory;
  readonly clock: ExchangeClock;
  readonly faults: Faults;
  readonly limits: Limits;
  readonly limiter: Limiter;
  /** Real time, epoch milliseconds. */
  readonly wall: () => number;
  /** Real time at which an order arrived, by "market/order id"; for orders that are not to be seen at once. */
  readonly arrivals: Map<string, number>;
  /** What the keys say they may do; the control API changes it. */
  readonly restrictions: Restrictions;
}

/** A request that passed the checks of its route. */
export interface Call<P> {
  readonly parameters: P;
  /** The account of a signed request; -1 of a public one. */
  readonly account: number;
  /** The key of a signed request; empty for a public one. */
  readonly apiKey: string;
  /** Headers for the answer. */
  readonly headers: Record<string, string>;
}

/** A route of the REST API, its parameters not yet read. */
export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly signed: boolean;
  readonly weight: (raw: Readonly<Record<string, string>>) => number;
  readonly schema: z.ZodType;
  readonly run: (doors: Doors, call: Call<unknown>) => unknown;
}

/** A route with its parameters, checked against each other by the compiler. */
export function route<P>(
  method: Route["method"],
  path: string,
  weight: number | Route["weight"],
  schema: z.ZodType<P>,
  run: (doors: Doors, call: Call<P>) => unknown,
): Route {
  const signed = schema.safeParse({}).error?.issues.some(({ path: [name] }) => name === "signature") ?? false;
  return {
    method,
    path,
    signed,
    weight: typeof weight === "number" ? () => weight : weight,
    schema,
    run: (doors, call) => run(doors, { ...call, parameters: call.parameters as P }),
  };
}
