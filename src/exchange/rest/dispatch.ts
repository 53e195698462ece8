import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { authorize, authorizeTrading, signedPayload } from "../authority.ts";
import { breakOff, replacement, send, spoiled, type Answer } from "../faults/answers.ts";
import { natureOf } from "../faults/catalogue.ts";
import type { ArmedFault } from "../faults/faults.ts";
import { Refusal } from "../refusal.ts";
import { parseForm, readParameters } from "./parameters.ts";
import type { Doors, Route } from "./route.ts";

/** Registers routes: each request is noted, struck by a fault or not, weighed, checked and answered. */
export function serveRoutes(app: FastifyInstance, doors: Doors, routes: readonly Route[]): void {
  for (const route of routes) {
    const lookup = routes.find(({ method, path }) => method === "GET" && path === route.path) ?? route;
    app.route({
      method: route.method,
      url: route.path,
      handler: (request, reply) => serve(doors, route, lookup, request, reply),
    });
  }
}

async function serve(doors: Doors, route: Route, lookup: Route, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const query = request.raw.url?.split("?")[1] ?? "";
  const body = typeof request.body === "string" ? request.body : "";
  const fault = doors.faults.take({ method: route.method, path: route.path, parameters: leniently(query, body), at: doors.wall() });
  if (fault?.spec.name === "delay") await sleep(fault.spec.ms ?? 0, reply);
  const executes = fault === null || (fault.spec.executed ?? natureOf(fault.spec.name).executes);
  // What is not carried out is looked at instead, so that the wrong answer tells of the right order.
  const asked = fault?.spec.name === "cancel-unheard" ? lookup : route;
  const answer = executes ? answerOf(doors, asked, request, query, body) : null;
  if (fault?.spec.name === "late-answer") await sleep(fault.spec.ms ?? 0, reply);
  if (fault === null) send(reply, answer ?? NOTHING);
  else answerWithFault(doors, route, fault, answer, reply);
  return reply;
}

const NOTHING: Answer = { status: 200, headers: {}, body: {} };

function answerWithFault(doors: Doors, route: Route, fault: ArmedFault, answer: Answer | null, reply: FastifyReply): void {
  if (breakOff(fault.spec, reply, answer ?? NOTHING)) return;
  const replaced = replacement(fault.spec, doors.wall());
  if (replaced) {
    send(reply, replaced);
    return;
  }
  const right = answer ?? NOTHING;
  // A refusal has no trades and no prices in it: the fault waits for an answer that has.
  const wrong = right.status === 200 ? spoiled(fault.spec, route.path, right) : null;
  if (wrong === null) doors.faults.giveBack(fault);
  send(reply, wrong ?? right);
}

function answerOf(doors: Doors, route: Route, request: FastifyRequest, query: string, body: string): Answer {
  const headers: Record<string, string> = {};
  try {
    const raw = parseForm(query, body);
    Object.assign(headers, doors.limiter.spend(route.weight(raw)));
    const parameters = readParameters(route.schema, raw);
    const account = route.signed ? signedAccount(doors, request, raw, signedPayload(query, body)) : -1;
    const apiKey = route.signed ? (keyOf(request) ?? "") : "";
    if (route.signed && route.method !== "GET") authorizeTrading(doors.engine, apiKey);
    return { status: 200, headers, body: route.run(doors, { parameters, account, apiKey, headers }) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, headers: { ...headers, ...error.headers }, body: error.body };
  }
}

function signedAccount(doors: Doors, request: FastifyRequest, raw: Readonly<Record<string, string>>, payload: string): number {
  return authorize(doors.engine, doors.clock, {
    apiKey: keyOf(request),
    payload,
    signature: raw["signature"],
    timestamp: raw["timestamp"],
    recvWindow: raw["recvWindow"],
  });
}

function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers["x-mbx-apikey"];
  return typeof key === "string" ? key : undefined;
}

/** The parameters for the note of a request, also when they are malformed. */
function leniently(query: string, body: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...new URLSearchParams(body), ...new URLSearchParams(query)]);
}

/** Waits, or until the client has gone. */
function sleep(milliseconds: number, reply: FastifyReply): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    reply.raw.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
