import type { Serializable } from "node:child_process";

/** Tokens per second: of the prompt that is read at once, and of the tokens read one by one after it. */
export interface Rates {
  readonly prefill: number;
  readonly decode: number;
}

export interface Contestant {
  readonly name: string;
  /** Whom it is compared with; `target` is the ratio of decode rates that it should reach. */
  readonly peer?: { readonly name: string; readonly target?: number };
  /** A module that calls `serveRunner`. It gets a process of its own: one's threads and caches are not another's. */
  readonly runner: URL;
  /** What the module's `open` is given. */
  readonly opening: Serializable;
  /** Variables that its process has besides our own. */
  readonly environment?: Readonly<Record<string, string>>;
}
