import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Environment } from "../run.ts";
import { busyShare, environment } from "./environment.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "perjoule-root-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function cpuinfo(lines: readonly string[]): void {
  mkdirSync(path.join(root, "proc"));
  writeFileSync(path.join(root, "proc", "cpuinfo"), `${lines.join("\n")}\n`);
}

const GENOA = [
  "processor\t: 0",
  "vendor_id\t: AuthenticAMD",
  "cpu family\t: 25",
  "model\t\t: 17",
  "model name\t: AMD EPYC 9R14",
  "stepping\t: 1",
  "flags\t\t: fpu vme hypervisor lahf_lm",
  "",
  "processor\t: 1",
  "vendor_id\t: Other",
  "model\t\t: 99",
];

describe("environment", () => {
  test("reads the first processor of /proc/cpuinfo", () => {
    cpuinfo(GENOA);
    expect(environment({ perjoule: "1.2.3", onnxruntime: "1.30.0" }, root)).toMatchObject({
      perjoule: "1.2.3",
      onnxruntime: "1.30.0",
      cpu_vendor: "AuthenticAMD",
      cpu_family: 25,
      cpu_model_number: 17,
      cpu_model: "AMD EPYC 9R14",
      cpu_stepping: 1,
      virtualised: true,
    });
  });

  test("is not virtualised by a flag that only contains the word", () => {
    cpuinfo(GENOA.map((line) => line.replace(" hypervisor ", " nohypervisor2 ")));
    expect(environment({ perjoule: "0" }, root).virtualised).toBe(false);
  });

  test("leaves out what it cannot read", () => {
    const here = environment({ perjoule: "0" }, root);
    for (const key of ["onnxruntime", "cpu_vendor", "cpu_family", "cpu_model_number", "cpu_stepping", "virtualised"]) {
      expect(here).not.toHaveProperty(key);
    }
    expect(Environment.safeParse(here).success).toBe(true);
  });

  test("leaves out a number that is none: virtual machines say 'stepping: unknown'", () => {
    cpuinfo(["cpu family\t: 6", "model\t\t: 85", "stepping\t: unknown"]);
    const here = environment({ perjoule: "0" }, root);
    expect(here).toMatchObject({ cpu_family: 6, cpu_model_number: 85 });
    expect(here).not.toHaveProperty("cpu_stepping");
  });

  test("knows nothing of virtualisation where there are no flags (ARM)", () => {
    cpuinfo(["processor\t: 0", "CPU implementer\t: 0x41", "Features\t: fp asimd"]);
    expect(environment({ perjoule: "0" }, root)).not.toHaveProperty("virtualised");
  });

  test("does not take the next line for the value of an empty field", () => {
    cpuinfo(["vendor_id\t: ", "cpu family\t: 6", "model name\t: ", "stepping\t: 4"]);
    const here = environment({ perjoule: "0" }, root);
    expect(here).not.toHaveProperty("cpu_vendor");
    expect(here.cpu_model).not.toMatch(/stepping/);
  });

  test("does not make 0 of an empty field", () => {
    cpuinfo(["cpu family\t: 6", "stepping\t:  "]);
    expect(environment({ perjoule: "0" }, root)).not.toHaveProperty("cpu_stepping");
  });
});

describe("busyShare", () => {
  test("is a share, or absent", async () => {
    const share = await busyShare(0.05);
    expect(share === undefined || (share >= 0 && share <= 1)).toBe(true);
  });
});
