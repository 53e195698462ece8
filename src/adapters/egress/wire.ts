import { isAddress } from "./address.ts";
import type { Bindings, Native, NativeOwner } from "./bindings.ts";
import { apply, bare, pin, startsWith } from "./primordials.ts";
import type { Reports } from "./reports.ts";
import type { Rules } from "./rules.ts";

/** Stands before every way by which bytes leave through Node: TCP, UDP, unix sockets, and the name that TLS tells a server. `refused` is libuv's number for "not allowed". */
export function guardWire({ tcp, udp, pipe, tls }: Bindings, rules: Rules, reports: Reports, refused: number): void {
  const check = (address: unknown, port: unknown): boolean => {
    if (typeof address === "string" && typeof port === "number" && rules.mayConnect(address, port)) return true;
    const name = typeof address === "string" ? rules.nameOf(address) : "?";
    reports.refuse("address", typeof port === "number" ? `${name}:${port}${name === address || typeof address !== "string" ? "" : `(${address})`}` : name);
    return false;
  };

  for (const name of ["connect", "connect6"]) {
    replace(tcp, name, (own) =>
      function (this: unknown, request: unknown, address: unknown, port: unknown, flags: unknown): unknown {
        return check(address, port) ? apply(own, this, [request, address, port, flags]) : refused;
      });
    // The last of what is given decides where to: a connected socket's data go where its connect went.
    replace(udp, name, (own) =>
      function (this: unknown, address: unknown, port: unknown): unknown {
        return check(address, port) ? apply(own, this, [address, port]) : refused;
      });
  }
  for (const name of ["send", "send6"]) {
    replace(udp, name, (own) =>
      function (this: unknown, request: unknown, list: unknown, length: unknown, port: unknown, address: unknown, hasCallback: unknown): unknown {
        if (typeof port === "boolean" || port === undefined) return apply(own, this, [request, list, length, port]);
        return check(address, port) ? apply(own, this, [request, list, length, port, address, hasCallback]) : refused;
      });
  }
  replace(tcp, "listen", (own) =>
    function (this: unknown, backlog: unknown): unknown {
      const code = apply(own, this, [backlog]) as unknown;
      const bound = bare<unknown>();
      const { getsockname } = tcp;
      if (code === 0 && getsockname) apply(getsockname, this, [bound]);
      if (typeof bound["port"] === "number") rules.listens(bound["port"]);
      return code;
    });
  replace(pipe, "connect", (own) =>
    function (this: unknown, request: unknown, path: unknown, flags: unknown): unknown {
      if (typeof path === "string" && rules.mayConnectPath(path)) return apply(own, this, [request, path, flags]);
      reports.refuse("socket", typeof path === "string" ? path : "?");
      return refused;
    });
  // One address serves many names: to which of them a connection goes is said in the handshake.
  replace(tls, "setServername", (own) =>
    function (this: unknown, name: unknown): unknown {
      if (typeof name === "string" && (name === "localhost" || isAddress(name) || rules.mayResolve(name))) return apply(own, this, [name]);
      reports.refuse("name", typeof name === "string" ? name : "?");
      throw new Error(`egress: ${typeof name === "string" ? name : "this name"} is not among the hosts that may be reached`);
    });
}

/** Puts a function in the place of a native one, for good. */
export function replace(owner: NativeOwner, name: string, make: (own: Native) => Native): void {
  const own = owner[name];
  if (own) pin(owner, name, make(own));
}

/** Stands before questions for names. Addresses that come back are kept for the names that may be asked for. */
export function guardNames({ names, resolver }: Bindings, rules: Rules, reports: Reports, refused: number): void {
  const may = (name: unknown): boolean => {
    if (typeof name === "string" && (name === "localhost" || rules.mayResolve(name))) return true;
    reports.refuse("name", typeof name === "string" ? name : "?");
    return false;
  };
  for (const query in resolver) {
    if (startsWith(query, "query")) {
      replace(resolver, query, (own) =>
        function (this: unknown, request: unknown, name: unknown): unknown {
          return may(name) ? apply(own, this, [request, name]) : refused;
        });
    }
  }
  // Backwards questions carry an address to whoever owns its zone; other servers than the system's would hear every name.
  for (const question of ["getHostByAddr", "setServers", "setLocalAddress"]) {
    replace(resolver, question, () => function (): unknown {
      reports.refuse("name", question === "getHostByAddr" ? "reverse-lookup" : "another-name-server");
      return refused;
    });
  }
  replace(names, "getnameinfo", () => function (): unknown {
    reports.refuse("name", "reverse-lookup");
    return refused;
  });
  replace(names, "getaddrinfo", (own) =>
    function (this: unknown, request: unknown, name: unknown, family: unknown, hints: unknown, order: unknown): unknown {
      if (!may(name) || typeof name !== "string" || typeof request !== "object" || request === null) return refused;
      const asked = request as { oncomplete?: Native };
      const told = asked.oncomplete;
      if (!told) return refused;
      asked.oncomplete = function (this: unknown, error: unknown, addresses: unknown, more: unknown): unknown {
        if (!error && typeof addresses === "object" && addresses !== null) keep(name, addresses as Record<number, unknown> & { readonly length: number });
        return apply(told, this, [error, addresses, more]);
      };
      return apply(own, this, [request, name, family, hints, order]);
    });

  const keep = (name: string, addresses: Record<number, unknown> & { readonly length: number }): void => {
    for (let at = 0; at < addresses.length; at += 1) {
      const address = addresses[at];
      if (typeof address === "string" && !rules.learn(name, address)) reports.refuse("private", `${name}(${address})`);
    }
  };
}
