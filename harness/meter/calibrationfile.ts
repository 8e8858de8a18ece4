import { createHmac, randomBytes } from "node:crypto";
import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Calibration, type Environment } from "../run.ts";
import type { Host } from "./host.ts";

/** Where perjoule keeps what its user set up: `PERJOULE_CONFIG`, else `perjoule` in `XDG_CONFIG_HOME` or `~/.config`. */
export function configFolder(env: Host["env"]): string {
  return env["PERJOULE_CONFIG"] || path.join(env["XDG_CONFIG_HOME"] || path.join(os.homedir(), ".config"), "perjoule");
}

export function calibrationFile(env: Host["env"]): string {
  return path.join(configFolder(env), "calibration.json");
}

/**
 * Tells machines apart without revealing which one it is: 16 hexadecimal digits of a hash of the processor's model, keyed with the
 * system's machine id as machine-id(5) asks for, or with the host's name where there is none.
 */
export function machineId(host: Pick<Host, "read">, { cpu_model }: Pick<Environment, "cpu_model">): string {
  return createHmac("sha256", systemId(host))
    .update(`perjoule ${cpu_model ?? ""}`)
    .digest("hex")
    .slice(0, 16);
}

function systemId(host: Pick<Host, "read">): string {
  try {
    const id = host.read("/etc/machine-id");
    // Images that were not booted yet say "uninitialized".
    if (/^[0-9a-f]{32}$/.test(id)) return id;
  } catch {
    // Not Linux, or a container that hides it.
  }
  return os.hostname();
}

/** Refuses a folder that a calibration could not be stored in, before a quarter of an hour is spent on one. */
export function requireConfigFolder(env: Host["env"]): void {
  const folder = configFolder(env);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Error(
      `cannot store a calibration in "${folder}": ${(cause as Error).message}; name another folder with PERJOULE_CONFIG`,
      { cause },
    );
  }
}

/** Stores a calibration in place of an earlier one and says where. An interruption leaves the earlier one whole. */
export function saveCalibration(env: Host["env"], calibration: Calibration): string {
  const file = calibrationFile(env);
  const draft = `${file}.${randomBytes(4).toString("hex")}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(draft, `${JSON.stringify(calibration, null, 2)}\n`);
    renameSync(draft, file);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new Error(`cannot store the calibration in "${file}": ${(cause as Error).message}`, { cause });
  }
  return file;
}

/** The stored calibration, if it holds for this machine now; why it is ignored, if it does not; undefined when none is stored. */
export function loadCalibration(
  host: Pick<Host, "env" | "read">,
  environment: Pick<Environment, "cpu_model" | "kernel">,
  now: Date,
): Calibration | { readonly ignored: string } | undefined {
  const file = calibrationFile(host.env);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    const what = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
    return { ignored: `"${file}" ${what}: ${(error as Error).message}` };
  }
  const { data: calibration, error } = Calibration.safeParse(content);
  if (calibration === undefined) {
    const [issue] = error.issues;
    return { ignored: `"${file}" is no calibration: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}` };
  }
  const why = whyIgnored(calibration, host, environment, now);
  return why === undefined ? calibration : { ignored: why };
}

function whyIgnored(
  calibration: Calibration,
  host: Pick<Host, "read">,
  environment: Pick<Environment, "cpu_model" | "kernel">,
  now: Date,
): string | undefined {
  if (calibration.machine !== machineId(host, environment)) return "it was made on another machine";
  if (calibration.kernel !== environment.kernel) {
    return `it was made under kernel ${calibration.kernel ?? "unknown"}, this one is ${environment.kernel ?? "unknown"}`;
  }
  if (now.getTime() >= Date.parse(calibration.expires)) return `it expired on ${calibration.expires.slice(0, 10)}`;
  return undefined;
}
