import { z } from "zod";
import type { Seconds } from "../../units.ts";
import type { EnergyMeter } from "../meter.ts";
import type { PowerProgram } from "../powerprogram.ts";
import { tryApple } from "./powermetrics.ts";

const EVERY: Seconds = 0.2;

/** Watts. `sys_power`, the whole machine's, is of another boundary and left alone. */
const Line = z.object({ all_power: z.number() });

/** https://github.com/vladkens/macmon reads the same counters as powermetrics, and needs no root. */
export const macmon: EnergyMeter = {
  id: "macmon",
  about: "Apple chips' power, by the tool macmon",
  domain: "system",
  probe: (host) =>
    tryApple(host, "macmon", PROGRAM, (reason) =>
      reason.includes("not installed") ? "brew install macmon" : undefined,
    ),
};

const PROGRAM: PowerProgram = {
  program: "macmon",
  args: ["pipe", "-i", String(EVERY * 1_000)],
  parts: ["soc"],
  every: EVERY,
  lag: EVERY / 2,
  settling: 0,
  parser: () => (line) => {
    if (!line.startsWith("{")) return undefined;
    try {
      const parsed = Line.safeParse(JSON.parse(line));
      return { part: "soc", watts: parsed.success ? parsed.data.all_power : undefined };
    } catch {
      return { part: "soc", watts: undefined };
    }
  },
};
