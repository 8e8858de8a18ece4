import { readFileSync } from "node:fs";
import os from "node:os";
import { present } from "../present.ts";
import type { Environment } from "../run.ts";

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
  const load = os.loadavg()[0];
  const flags = field(cpuinfo, "flags");
  return present({
    perjoule: versions.perjoule,
    onnxruntime: versions.onnxruntime,
    node: process.version,
    platform: os.platform(),
    arch: os.arch(),
    kernel: os.release(),
    cpu_model: field(cpuinfo, "model name") ?? cpus[0]?.model.trim(),
    cpu_vendor: field(cpuinfo, "vendor_id"),
    cpu_family: integer(field(cpuinfo, "cpu family")),
    cpu_model_number: integer(field(cpuinfo, "model")),
    cpu_stepping: integer(field(cpuinfo, "stepping")),
    cpus: Math.max(1, cpus.length),
    memory_bytes: os.totalmem(),
    virtualised: flags === undefined ? undefined : flags.split(" ").includes("hypervisor"),
    load_average: os.platform() === "win32" ? undefined : load,
  });
}
