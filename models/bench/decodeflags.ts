import { parseArgs } from "node:util";
import { oneOf, someOf, whole } from "./flagvalues.ts";

const precisions = ["fp32", "int8", "int4"] as const;
const peers = ["llama.cpp", "none"] as const;

export interface DecodeFlags {
  readonly rounds: number;
  readonly threads: number;
  /** Tokens of the prompt. */
  readonly prompt: number;
  /** Tokens after it. */
  readonly tokens: number;
  readonly precisions: readonly (typeof precisions)[number][];
  readonly peers: (typeof peers)[number];
  /** Where to write the table as CSV. */
  readonly csv?: string;
}

/** What the command line says; throws a RangeError, or what `parseArgs` throws, if it says something else. */
export function decodeFlags(args: readonly string[]): DecodeFlags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "5" },
      threads: { type: "string", default: "1" },
      prompt: { type: "string", default: "128" },
      tokens: { type: "string", default: "64" },
      precisions: { type: "string", default: precisions.join(",") },
      peers: { type: "string", default: "llama.cpp" },
      csv: { type: "string" },
    },
  });
  return {
    rounds: whole("rounds", values.rounds, 1),
    threads: whole("threads", values.threads, 1),
    prompt: whole("prompt", values.prompt, 1),
    tokens: whole("tokens", values.tokens, 1),
    precisions: someOf("precisions", values.precisions, precisions),
    peers: oneOf("peers", values.peers, peers),
    ...(values.csv !== undefined && { csv: values.csv }),
  };
}
