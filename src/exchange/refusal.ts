import type { ApiError } from "./engine/model.ts";

/** What the venue refuses, with its code, its text and the HTTP status that Binance sends with that code. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: number, message: string, status = statusOf(code), headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }

  /** The body of the answer. */
  get body(): ApiError {
    return { code: this.code, msg: this.message };
  }
}

const STATUSES: Readonly<Record<number, number>> = {
  [-1000]: 500,
  [-1001]: 500,
  [-1003]: 429,
  [-1007]: 408,
  [-1008]: 503,
  [-1015]: 429,
  [-2014]: 401,
  [-2015]: 401,
};

function statusOf(code: number): number {
  return STATUSES[code] ?? 400;
}

/** Whether the engine answered with an error. */
export function isApiError(value: object): value is ApiError {
  return "code" in value && "msg" in value;
}

/** The engine's answer; throws its error as a refusal. */
export function accepted<T extends object>(value: T | ApiError): T {
  if (isApiError(value)) throw new Refusal(value.code, value.msg);
  return value as T;
}
