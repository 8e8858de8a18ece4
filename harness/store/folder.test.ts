import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Observation } from "../observation.ts";
import type { Run } from "../run.ts";
import { createRunFolder, parseObservations, readRunFolder, requireFreshFolder, timestamp } from "./folder.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "perjoule-folder-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const RUN: Run = {
  schema: 1,
  id: "r",
  created: "2026-11-23T03:45:00.000Z",
  state: "running",
  command: "perjoule run -m 'a b'",
  plan: {
    models: ["toy"],
    tasks: ["t"],
    device: ["cpu"],
    threads: [1],
    precision: ["fp32"],
    lowering: ["auto"],
    weights: "stored",
    solver: ["direct"],
    limit: 5,
    trials: 2,
    warmup: 0,
    seed: 7,
    meter: "none",
  },
  cells: [
    {
      key: "k",
      model: "toy",
      task: "t",
      device: "cpu",
      precision: "none",
      threads: 1,
      batch: 1,
      solver: "direct",
      weights: "stored",
    },
  ],
  models: { toy: { id: "toy", folder: "/toy", source: "script", sha256: "0" } },
  tasks: {},
  environment: { perjoule: "0", node: "v20", platform: "linux", arch: "x64", cpus: 2, memory_bytes: 1 },
};
const LOAD: Observation = { kind: "load", cell: "k", trial: 0, load: 5 };
const FAILURE: Observation = { kind: "failure", cell: "k", trial: 0, question: "é😀", reason: "line\nbreak" };
const line = (observation: Observation): string => `${JSON.stringify(observation)}\n`;

describe("timestamp", () => {
  test("is UTC, sorts by time and is a file name", () => {
    expect(timestamp(new Date("2026-11-23T03:45:00.123Z"))).toBe("20261123T034500Z");
    expect(timestamp(new Date("2026-11-23T05:45:00+02:00"))).toBe("20261123T034500Z");
  });
});

describe("requireFreshFolder", () => {
  test("accepts a folder that is new, nested or empty, and makes nothing", () => {
    requireFreshFolder(path.join(root, "new", "deep"));
    requireFreshFolder(root);
    expect(readdirSync(root)).toEqual([]);
  });

  test("refuses one that holds something, says what and names the flag", () => {
    for (const name of ["a", "b", "c", "d"]) writeFileSync(path.join(root, name), "");
    expect(() => requireFreshFolder(root)).toThrow(
      `the output folder "${root}" is not empty (it holds a, b, c, ...); name a new one with --out`,
    );
  });

  test("refuses a file", () => {
    const file = path.join(root, "file");
    writeFileSync(file, "");
    expect(() => requireFreshFolder(file)).toThrow(/cannot use ".*file" as the output folder: .*--out/);
  });
});

describe("createRunFolder", () => {
  test("writes nothing into a folder that holds something", () => {
    writeFileSync(path.join(root, "run.json"), "precious");
    expect(() => createRunFolder(root)).toThrow("is not empty");
    expect(readdirSync(root)).toEqual(["run.json"]);
    expect(readFileSync(path.join(root, "run.json"), "utf8")).toBe("precious");
  });

  test("gives back what was saved and appended, in order", () => {
    const folder = path.join(root, "results", "r");
    const store = createRunFolder(folder);
    store.save(RUN);
    store.append([LOAD, FAILURE]);
    store.append([]);
    store.append([LOAD]);
    const finished: Run = { ...RUN, state: "finished", finished: "2026-11-23T03:46:00.000Z" };
    store.save(finished);
    expect(readRunFolder(folder)).toEqual({ run: finished, observations: [LOAD, FAILURE, LOAD] });
    expect(readdirSync(folder).sort()).toEqual(["observations.jsonl", "run.json"]);
  });

  test("refuses to save what no reader would accept, and leaves the old run.json", () => {
    const store = createRunFolder(root);
    store.save(RUN);
    expect(() => store.save({ ...RUN, cells: [] })).toThrow("cells");
    expect(readRunFolder(root).run).toEqual(RUN);
  });
});

describe("readRunFolder", () => {
  test("says of another folder that it is no run", () => {
    expect(() => readRunFolder(root)).toThrow(`"${root}" is not a run folder: cannot read run.json (ENOENT)`);
    expect(existsSync(path.join(root, "run.json"))).toBe(false);
  });

  test("names the file that is broken, and the key", () => {
    const file = path.join(root, "run.json");
    writeFileSync(file, "{");
    expect(() => readRunFolder(root)).toThrow(`${file}: not valid JSON`);
    writeFileSync(file, JSON.stringify({ ...RUN, schema: 2 }));
    expect(() => readRunFolder(root)).toThrow(/run\.json: .*schema/);
  });

  test("reads a run of before there were precisions, lowerings and random weights", () => {
    const without = (facts: object, ...keys: string[]): object =>
      Object.fromEntries(Object.entries(facts).filter(([key]) => !keys.includes(key)));
    const plan = without(RUN.plan, "precision", "lowering", "weights");
    const cells = RUN.cells.map((cell) => without(cell, "weights"));
    const toy = { ...RUN.models["toy"], weight_bytes: 1_024 };
    writeFileSync(path.join(root, "run.json"), JSON.stringify({ ...RUN, plan, cells, models: { toy } }));
    writeFileSync(path.join(root, "observations.jsonl"), "");
    expect(readRunFolder(root).run).toEqual({ ...RUN, models: { toy } });
  });

  test("says which file is missing", () => {
    mkdirSync(path.join(root, "r"));
    writeFileSync(path.join(root, "r", "run.json"), JSON.stringify(RUN));
    expect(() => readRunFolder(path.join(root, "r"))).toThrow("cannot read observations.jsonl (ENOENT)");
  });
});

describe("parseObservations", () => {
  test("passes over a last line that a crash cut short", () => {
    const whole = line(LOAD) + line(FAILURE);
    for (let cut = 1; cut <= line(FAILURE).length; cut++) {
      expect(parseObservations(whole.slice(0, -cut), "o.jsonl")).toEqual([LOAD]);
    }
    expect(parseObservations(whole, "o.jsonl")).toEqual([LOAD, FAILURE]);
    expect(parseObservations("", "o.jsonl")).toEqual([]);
  });

  test("names file and line of one that is broken in the middle", () => {
    expect(() => parseObservations(`${line(LOAD)}{"kind":\n${line(LOAD)}`, "o.jsonl")).toThrow(
      /^o\.jsonl:2: not valid JSON/,
    );
    expect(() => parseObservations(`${line(LOAD)}\n${line(LOAD)}`, "o.jsonl")).toThrow(/^o\.jsonl:2: /);
  });

  test("names file, line and key of one that is none", () => {
    expect(() =>
      parseObservations(`${line(LOAD)}${line(LOAD)}{"kind":"load","cell":"k","trial":-1,"load":1}\n`, "o.jsonl"),
    ).toThrow(/^o\.jsonl:3: .*trial/);
    expect(() => parseObservations('{"kind":"dream"}\n', "o.jsonl")).toThrow(/^o\.jsonl:1: /);
  });
});
