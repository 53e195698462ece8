import { faultSchema, natureOf, type FaultRequest, type FaultSpec } from "./catalogue.ts";

/** A request that arrived, as far as tests ask about it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Wall time, epoch milliseconds. */
  readonly at: number;
}

/** A fault that was asked for and what became of it. */
export interface ArmedFault {
  readonly id: number;
  readonly spec: FaultSpec;
  /** Matching requests so far, and how many of them it struck. */
  seen: number;
  struck: number;
}

/** Which requests are meant; what is left out matches all. */
export interface RequestPattern {
  readonly method?: string;
  readonly path?: string;
  readonly clientOrderId?: string;
}

/** How many requests are kept for tests to ask about. */
const KEPT = 10_000;

/** Groups of paths that faults strike when they name none. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "market data": ["klines", "depth", "trades", "aggTrades", "ticker/price", "ticker/bookTicker", "ticker/24hr"],
  signed: ["account", "account/apiRestrictions", "asset/tradeFee", "order", "order/test", "openOrders", "allOrders", "myTrades"],
};

/** The faults of an exchange and the requests that it has seen. */
export class Faults {
  readonly #armed: ArmedFault[] = [];
  #seen: SeenRequest[] = [];
  #nextId = 1;
  readonly #counts = new Map<string, number>();
  readonly #orderPosts = new Map<string, number>();

  /** Arms a fault; throws a ZodError when it is none. */
  add(request: FaultRequest): ArmedFault {
    const fault: ArmedFault = { id: this.#nextId++, spec: faultSchema.parse(request), seen: 0, struck: 0 };
    this.#armed.push(fault);
    return fault;
  }

  /** Forgets all faults; requests that hang already go on hanging. */
  clear(): void {
    this.#armed.length = 0;
  }

  /** All faults since the last `clear`, spent ones too. */
  list(): readonly ArmedFault[] {
    return this.#armed;
  }

  /** The requests that match, oldest first, as far as they are kept. */
  requests(pattern: RequestPattern = {}): readonly SeenRequest[] {
    return this.#seen.filter(
      ({ method, path, parameters }) =>
        (pattern.method === undefined || pattern.method === method) &&
        (pattern.path === undefined || matchesPath(pattern.path, path)) &&
        (pattern.clientOrderId === undefined || clientOrderIdOf(parameters) === pattern.clientOrderId),
    );
  }

  /** How many requests of each "METHOD path" arrived. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** How many POST order arrived with each client order id. */
  orderPosts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#orderPosts);
  }

  /** Notes a request and returns the fault that strikes it; the oldest fault first. */
  take(request: SeenRequest): ArmedFault | null {
    this.note(request);
    return this.strike(request.method, request.path);
  }

  /** The fault that strikes a request or a frame. */
  strike(method: string, path: string): ArmedFault | null {
    let found: ArmedFault | null = null;
    for (const fault of this.#armed) {
      if (natureOf(fault.spec.name).lasting || !matches(fault.spec, method, path)) continue;
      fault.seen += 1;
      const { nth, count } = fault.spec;
      // One that finds its request struck already strikes the next: two faults in a row hit two requests.
      if (found || fault.seen < nth || fault.struck >= count) continue;
      fault.struck += 1;
      found = fault;
    }
    return found;
  }

  /** Gives a strike back that had nothing to act on: a fault in a list of trades waits for a list with trades. */
  giveBack(fault: ArmedFault): void {
    fault.struck -= 1;
  }

  /** Milliseconds that the venue's clock is ahead. */
  skew(): number {
    return this.#lasting("clock-skew");
  }

  /** Milliseconds of wall time for which a new order is not to be seen. */
  visibleAfter(): number {
    return this.#lasting("visible-after");
  }

  #lasting(name: "clock-skew" | "visible-after"): number {
    return this.#armed.findLast(({ spec }) => spec.name === name)?.spec.ms ?? 0;
  }

  /** Notes a request that no fault strikes. */
  note(request: SeenRequest): void {
    this.#seen.push(request);
    // In one cut now and then: dropping the first of many at every request would copy them all each time.
    if (this.#seen.length > 2 * KEPT) this.#seen = this.#seen.slice(-KEPT);
    const route = `${request.method} ${request.path}`;
    this.#counts.set(route, (this.#counts.get(route) ?? 0) + 1);
    const id = request.parameters["newClientOrderId"];
    if (route !== "POST /api/v3/order" || id === undefined) return;
    this.#orderPosts.set(id, (this.#orderPosts.get(id) ?? 0) + 1);
  }
}

function matches(spec: FaultSpec, method: string, path: string): boolean {
  const nature = natureOf(spec.name);
  const usualMethod = spec.method ?? (spec.path === undefined ? nature.method : undefined);
  const usualPath = spec.path ?? (spec.method === "WS" ? undefined : nature.path);
  // Frames of the streams are struck on demand only: they would use up the count of a fault meant for requests.
  if (method === "WS" && spec.method !== "WS") return false;
  if (usualMethod !== undefined && usualMethod !== method) return false;
  return usualPath === undefined || matchesPath(usualPath, path);
}

function matchesPath(pattern: string, path: string): boolean {
  const group = GROUPS[pattern];
  if (group) return group.some((end) => path.endsWith(`/${end}`));
  const end = pattern.startsWith("/") ? pattern : `/${pattern}`;
  return path === end || path.endsWith(end);
}

function clientOrderIdOf(parameters: Readonly<Record<string, string>>): string | undefined {
  return parameters["newClientOrderId"] ?? parameters["origClientOrderId"];
}
