import { execFileSync } from "node:child_process";
import os from "node:os";
import { sha256File } from "../../../harness/store/hash.ts";
import { versions } from "../../../harness/store/root.ts";
import type { Shape } from "../shapes.ts";
import { EXTENT } from "./cell.ts";
import { COLUMNS } from "./columns.ts";
import { type Contestant, environmentText } from "./contestant.ts";
import type { Flags } from "./flags.ts";
import type { Touched } from "./routing.ts";
import type { Verdict } from "./target.ts";

/** What is known of a run besides its rates. */
export interface Run {
  readonly args: readonly string[];
  readonly flags: Flags;
  readonly shape: Shape;
  readonly threads: number;
  /** When measuring began. */
  readonly began: Date;
  /** What was checked out then; see `commitOf`. */
  readonly commit: string | undefined;
  /** Paths of the contestants' graphs. */
  readonly graphs: ReadonlyMap<Contestant, string>;
  /** Absent where nothing was decoded. */
  readonly touched?: readonly Touched[];
  readonly verdicts: readonly Verdict[];
}

/** What about.json says: enough to know whether another run measured the same, and what the columns beside it mean. */
export async function aboutOf({ args, flags, shape, threads, began, commit, graphs, touched, verdicts }: Run) {
  const contestants = [];
  for (const [contestant, graph] of graphs) {
    const { name, precision, lowering } = contestant;
    const environment = environmentText(contestant);
    contestants.push({ name, precision, lowering, environment, graph_sha256: await sha256File(graph) });
  }
  return {
    created: began.toISOString(),
    command: ["npm run bench:moe", ...(args.length > 0 ? ["--", ...args] : [])].join(" "),
    machine: machine(),
    versions: { ...versions(), ...(commit !== undefined && { commit }), node: process.versions.node },
    shape,
    weights: "random",
    threads,
    seconds_per_measurement_min: flags.seconds,
    decode: { context_tokens: EXTENT.context, steps: EXTENT.steps },
    prefill: { prompt_tokens: EXTENT.prompt },
    contestants,
    ...(touched && {
      experts_read_by_a_decode_step: touched.map(({ batch, experts, ifEven }) => ({ batch, experts, if_even: ifEven })),
    }),
    targets: verdicts.map(targetRecord),
    columns: Object.fromEntries(COLUMNS.map(({ name, about }) => [name, about])),
  };
}

function targetRecord(verdict: Verdict) {
  const { precision, ratio } = verdict.target;
  const asked = { precision, phase: "decode", batch: 1, ratio_to_default_min: ratio, verdict: verdict.type };
  return verdict.type === "unmeasured"
    ? asked
    : { ...asked, best: verdict.best, ratio_to_default: verdict.ratio.median };
}

function machine() {
  const cpus = os.cpus();
  return {
    processor: cpus[0]?.model.trim() ?? "unknown",
    cores: cpus.length,
    memory_bytes: os.totalmem(),
    platform: process.platform,
    arch: process.arch,
  };
}

/** The commit that is checked out, "-dirty" behind it if files differ from it; absent outside a git repository. */
export function commitOf(folder: string): string | undefined {
  try {
    const args = ["-C", folder, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"];
    return execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}
