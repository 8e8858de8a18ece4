import { readFileSync } from "node:fs";
import os from "node:os";
import { setTimeout } from "node:timers/promises";
import { present } from "../present.ts";
import type { Environment } from "../run.ts";
import type { Seconds, Share } from "../units.ts";

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** One `key : value` line of /proc/cpuinfo, of the first processor. */
function field(cpuinfo: string, key: string): string | undefined {
  return new RegExp(`^${key}[ \\t]*:[ \\t]*(\\S.*)$`, "m").exec(cpuinfo)?.[1]?.trim();
}

function integer(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) ? value : undefined;
}

/** The machine as it is now. `root` stands in for `/` in tests. */
export function environment(versions: { perjoule: string; onnxruntime?: string }, root = ""): Environment {
  const cpuinfo = read(`${root}/proc/cpuinfo`) ?? "";
  const cpus = os.cpus();
  const flags = field(cpuinfo, "flags");
  return present({
    perjoule: versions.perjoule,
    onnxruntime: versions.onnxruntime,
    node: process.version,
    platform: os.platform(),
    arch: os.arch(),
    kernel: os.release(),
    cpu_model: field(cpuinfo, "model name") ?? cpus[0]?.model.trim(),
    cpu_vendor: field(cpuinfo, "vendor_id") ?? field(cpuinfo, "CPU implementer"),
    cpu_family: integer(field(cpuinfo, "cpu family")),
    cpu_model_number: integer(field(cpuinfo, "model") ?? field(cpuinfo, "CPU part")),
    cpu_stepping: integer(field(cpuinfo, "stepping")),
    cpus: Math.max(1, cpus.length),
    threads_per_core: threadsPerCore(cpuinfo),
    instance: instance(root),
    memory_bytes: os.totalmem(),
    virtualised: flags === undefined ? undefined : flags.split(" ").includes("hypervisor"),
  });
}

/** Threads of a package over its cores. */
function threadsPerCore(cpuinfo: string): number | undefined {
  const [siblings, cores] = [integer(field(cpuinfo, "siblings")), integer(field(cpuinfo, "cpu cores"))];
  if (siblings === undefined || cores === undefined || !(cores > 0) || siblings % cores !== 0) return undefined;
  return siblings / cores;
}

/** Amazon writes the instance's type where others write the name of a board. */
function instance(root: string): string | undefined {
  const dmi = `${root}/sys/devices/virtual/dmi/id`;
  const name = read(`${dmi}/sys_vendor`)?.trim() === "Amazon EC2" ? read(`${dmi}/product_name`)?.trim() : undefined;
  return name === "" ? undefined : name;
}

/**
 * How busy others keep the machine: the share of processor time in use while this process waits, user, system and
 * interrupts inside, stolen time outside. Absent where the system does not count it.
 */
export async function busyShare(wait: Seconds): Promise<Share | undefined> {
  const before = processorTime();
  await setTimeout(wait * 1_000);
  const after = processorTime();
  const total = after.total - before.total;
  return total > 0 ? Math.min(1, Math.max(0, 1 - (after.idle - before.idle) / total)) : undefined;
}

function processorTime(): { idle: number; total: number } {
  const sums = { idle: 0, total: 0 };
  for (const { times } of os.cpus()) {
    sums.idle += times.idle;
    sums.total += times.idle + times.user + times.nice + times.sys + times.irq;
  }
  return sums;
}
