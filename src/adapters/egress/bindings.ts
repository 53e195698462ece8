/** A function of Node's native part, called on one of its objects. */
export type Native = (this: unknown, ...args: unknown[]) => unknown;
/** The prototype of a native object, or a native module. */
export type NativeOwner = Record<string, Native | undefined>;

/** Where Node's own libraries leave JavaScript: everything that goes out of the process goes through these. */
export interface Bindings {
  readonly tcp: NativeOwner;
  readonly udp: NativeOwner;
  readonly pipe: NativeOwner;
  readonly resolver: NativeOwner;
  readonly process: NativeOwner;
  readonly tls: NativeOwner;
  /** The module with getaddrinfo and getnameinfo. */
  readonly names: NativeOwner;
  /** The module with the spawn of spawnSync. */
  readonly spawnSync: NativeOwner;
}

/**
 * Finds them. Node's `process.binding` is old but is the only way to all of them; under `--permission` Node refuses it, and
 * this throws: half a guard would only look like one. No library is imported here: node:dns would keep the native lookup
 * for itself before there is anything in its place.
 */
export function findBindings(): Bindings {
  const { binding } = process as unknown as { readonly binding: (name: string) => Record<string, unknown> };
  const prototype = (name: string, type: string): NativeOwner => (binding(name)[type] as { readonly prototype: NativeOwner }).prototype;
  return {
    tcp: prototype("tcp_wrap", "TCP"),
    udp: prototype("udp_wrap", "UDP"),
    pipe: prototype("pipe_wrap", "Pipe"),
    resolver: prototype("cares_wrap", "ChannelWrap"),
    process: prototype("process_wrap", "Process"),
    tls: prototype("tls_wrap", "TLSWrap"),
    names: binding("cares_wrap") as NativeOwner,
    spawnSync: binding("spawn_sync") as NativeOwner,
  };
}
