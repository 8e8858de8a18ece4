import type { MeterRecord } from "../../run.ts";
import type { Seconds, Watts } from "../../units.ts";
import type { Host } from "../host.ts";
import type { EnergyMeter, Probe } from "../meter.ts";
import { openPowerProgram, type PowerProgram, type PowerSample, tryPowerProgram } from "../powerprogram.ts";

const EVERY: Seconds = 0.2;

/** What Apple's chips say of themselves, in both tools. Apple's own manual of powermetrics is the source of the flag. */
export function socRecord(id: "powermetrics" | "macmon", period: Seconds): MeterRecord {
  return {
    id,
    source: `${id}:cpu+gpu+ane`,
    domain: "system",
    boundary: "soc",
    grade: "B",
    period,
    // Milliwatts over one sample.
    quantum: 1e-3 * EVERY,
    error: 0.15,
    shortest: 5,
    flags: ["an estimate of the chip, not for comparing devices", "memory outside"],
  };
}

/** A tool that tells the power of an Apple chip, as a meter. */
export async function tryApple(
  host: Host,
  id: "powermetrics" | "macmon",
  program: PowerProgram,
  remedyFor: (reason: string) => string | undefined,
): Promise<Probe> {
  if (host.platform !== "darwin") return { works: false, reason: `${id} is a tool of macOS` };
  const tried = await tryPowerProgram(host, program);
  if ("reason" in tried) {
    const remedy = remedyFor(tried.reason);
    return { works: false, reason: tried.reason, ...(remedy === undefined ? {} : { remedy }) };
  }
  const record = socRecord(id, tried.period);
  return { works: true, record, open: () => openPowerProgram(host, record, program) };
}

/** macOS's own tool. It needs root; a password cannot be asked for in the middle of a run. */
export const powermetrics: EnergyMeter = {
  id: "powermetrics",
  about: "Apple chips' power, by macOS's powermetrics (needs sudo)",
  domain: "system",
  probe: (host) =>
    tryApple(host, "powermetrics", PROGRAM, (reason) =>
      /password|sudoers|not allowed/i.test(reason)
        ? `echo "$USER ALL=(root) NOPASSWD: /usr/bin/powermetrics" | sudo tee /etc/sudoers.d/powermetrics`
        : undefined,
    ),
};

const PROGRAM: PowerProgram = {
  program: "sudo",
  args: ["-n", "powermetrics", "--samplers", "cpu_power,gpu_power,ane_power", "-i", String(EVERY * 1_000), "-b", "1"],
  parts: ["soc"],
  every: EVERY,
  lag: EVERY / 2,
  settling: 0,
  parser: powermetricsParser,
};

/**
 * One sample per block of output. It is the "Combined Power" line or, where an older version has none, the sum of
 * processor, graphics and neural engine, whichever is known first; graphics are told twice in a block.
 */
export function powermetricsParser(): (line: string) => PowerSample | undefined {
  let parts = new Map<string, Watts>();
  let isTold = false;
  return (line) => {
    if (line.startsWith("*** Sampled system activity")) {
      parts = new Map();
      isTold = false;
    }
    const [, name = "", figure, unit] =
      /^(CPU|GPU|ANE|Combined) Power\b[^:]*: *(\d+(?:\.\d+)?) *(m?W)\b/.exec(line) ?? [];
    if (figure === undefined || isTold) return undefined;
    const watts = Number(figure) * (unit === "mW" ? 1e-3 : 1);
    parts.set(name, watts);
    const [cpu, gpu, ane] = [parts.get("CPU"), parts.get("GPU"), parts.get("ANE")];
    const sum = cpu === undefined || gpu === undefined || ane === undefined ? undefined : cpu + gpu + ane;
    const told = parts.get("Combined") ?? sum;
    if (told === undefined) return undefined;
    isTold = true;
    return { part: "soc", watts: told };
  };
}
