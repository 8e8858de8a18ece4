import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Observation } from "../observation.ts";
import { Cell, Plan } from "../run.ts";
import type { Question } from "../task.ts";
import { fakeProcesses, type FakeOptions, type FakeProcess } from "./isolate.support.ts";
import { cellsOf } from "./plan.ts";
import type { Metering } from "../meter/metering.ts";
import { heats, runSchedule, type Schedule } from "./schedule.ts";

const cells = (models: readonly string[], tasks: readonly string[] = ["t"]): Cell[] =>
  cellsOf(
    Plan.parse({ models, tasks }),
    models.map((id) => ({ id, source: "script" })),
    tasks.map((id) => ({ id, definition: { output_type: "generate_until" as const } })),
  ).map((cell) => Cell.parse(cell));
const questions = (n: number): Question[] =>
  Array.from({ length: n }, (_, i) => ({ id: `q${i}`, prompt: `question ${i}:`, target: "x" }));

interface Told {
  readonly observations: Observation[];
  readonly processes: readonly FakeProcess[];
  readonly progress: { done: number; model: string }[];
}

const noMetering: Metering = {
  records: [],
  lost: () => [],
  begin: () => Promise.resolve(() => Promise.resolve({})),
  sleep: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

async function schedule(more: Partial<Schedule>, fake: FakeOptions = {}, count = 50): Promise<Told> {
  const { start, processes } = fakeProcesses(fake);
  const told = { observations: [] as Observation[], processes, progress: [] as { done: number; model: string }[] };
  await runSchedule({
    plan: { trials: 1, seed: 42, warmup: 3 },
    cells: cells(["a", "b"]),
    questionsOf: () => questions(count),
    repeatsOf: () => 1,
    openingOf: (cell) => ({
      source: "script",
      folder: cell.model,
      device: "cpu",
      threads: 1,
      maxTokens: 8,
      stops: ["\n"],
    }),
    weightOf: () => 10,
    memory: 1_000,
    metering: noMetering,
    least: () => 0,
    start,
    record: (observations) => told.observations.push(...observations),
    onProgress: (done, cell) => told.progress.push({ done, model: cell.model }),
    ...more,
  });
  return told;
}

const ofKind = <K extends Observation["kind"]>(told: Told, kind: K): Extract<Observation, { kind: K }>[] =>
  told.observations.filter((each): each is Extract<Observation, { kind: K }> => each.kind === kind);
const modelOf = (observation: { cell: string }): string => observation.cell.split("/")[0] as string;
const windowOrder = (told: Told): string[] => ofKind(told, "window").map((window) => `${window.trial} ${window.cell}`);
const loadOrder = (told: Told): string[] => ofKind(told, "load").map((load) => `${load.trial} ${load.cell}`);

describe("runSchedule", () => {
  test("asks every question once a trial, in each cell, and records what is valid", async () => {
    const told = await schedule({ plan: { trials: 3, seed: 1, warmup: 0 } });
    for (const cell of cells(["a", "b"])) {
      for (const trial of [0, 1, 2]) {
        const asked = ofKind(told, "answer").filter((answer) => answer.cell === cell.key && answer.trial === trial);
        expect(asked.map((answer) => answer.question)).toEqual(questions(50).map((question) => question.id));
      }
    }
    for (const observation of told.observations) expect(Observation.safeParse(observation).success).toBe(true);
  });

  test("asks a cell's questions as often as it repeats them, each time in a trial of its own", async () => {
    const grid = cells(["a", "b"], ["s", "t"]);
    const opened: string[] = [];
    const told = await schedule(
      {
        plan: { trials: 2, seed: 1, warmup: 0 },
        cells: grid,
        repeatsOf: ({ task }) => (task === "s" ? 3 : 1),
        openingOf: (cell, trial) => {
          opened.push(`${cell.model} ${cell.task} ${trial}`);
          return { source: "script", folder: cell.model, device: "cpu", threads: 1, maxTokens: 8, stops: ["\n"] };
        },
      },
      {},
      5,
    );
    const passes = (task: string): number[] => (task === "s" ? [0, 1, 2, 3, 4, 5] : [0, 1]);
    for (const { key, model, task } of grid) {
      expect(opened.filter((name) => name.startsWith(`${model} ${task} `)).toSorted()).toEqual(
        passes(task).map((trial) => `${model} ${task} ${trial}`),
      );
      const asked = ofKind(told, "answer").filter(({ cell }) => cell === key);
      expect(asked.map(({ trial, question }) => `${trial} ${question}`)).toEqual(
        passes(task).flatMap((trial) => questions(5).map(({ id }) => `${trial} ${id}`)),
      );
    }
    expect(told.progress.reduce((sum, { done }) => sum + done, 0)).toBe(2 * (6 + 2) * 5);
  });

  test("starts the cells of a trial in the same order, whatever others repeat", async () => {
    const plan = { trials: 1, seed: 5, warmup: 0 };
    const grid = cells(["a", "b", "c"], ["s", "t"]);
    const once = await schedule({ plan, cells: grid }, {}, 5);
    const repeated = await schedule({ plan, cells: grid, repeatsOf: ({ task }) => (task === "s" ? 2 : 1) }, {}, 5);
    expect(loadOrder(repeated).slice(0, 6)).toEqual(loadOrder(once));
    expect(loadOrder(repeated)).toHaveLength(9);
  });

  test("records what a prompt lost for want of room, and nothing where it lost none", async () => {
    // A prompt is "question 0:", 11 tokens.
    const told = async (context: number): Promise<unknown[]> => {
      const of = await schedule({ cells: cells(["a"]) }, { scriptOf: () => ({ otherwise: "x", context }) }, 1);
      for (const observation of of.observations) expect(Observation.safeParse(observation).success).toBe(true);
      return ofKind(of, "answer").map((answer) => [answer.prompt_tokens, answer.truncated_tokens, Object.keys(answer)]);
    };
    expect(await told(12)).toEqual([[4, 7, expect.arrayContaining(["truncated_tokens"])]]);
    expect(await told(19)).toEqual([[11, undefined, expect.not.arrayContaining(["truncated_tokens"])]]);
  });

  test("starts a fresh process for every pass, opened first and closed last", async () => {
    const { processes, ...told } = await schedule({ plan: { trials: 2, seed: 1, warmup: 0 } });
    expect(processes).toHaveLength(4);
    for (const { requests, isAlive } of processes) {
      expect(requests[0]?.type).toBe("open");
      expect(requests.at(-1)?.type).toBe("close");
      expect(requests.filter((request) => request.type !== "block")).toHaveLength(2);
      expect(isAlive).toBe(false);
    }
    expect(ofKind({ processes, ...told }, "close")).toHaveLength(4);
  });

  test("numbers windows from 0 and says how many answers each holds", async () => {
    const windows = ofKind(await schedule({ cells: cells(["a"]) }), "window");
    expect(windows.map(({ window, answers }) => [window, answers])).toEqual([
      [0, 10],
      [1, 10],
      [2, 10],
      [3, 10],
      [4, 10],
    ]);
  });

  test("cuts a pass of five questions or more into at least five windows", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 5, max: 60 }), async (n) => {
        const windows = ofKind(await schedule({ cells: cells(["a"]) }, {}, n), "window");
        expect(windows.length).toBeGreaterThanOrEqual(5);
        expect(windows.reduce((sum, window) => sum + window.answers, 0)).toBe(n);
      }),
      { numRuns: 20 },
    );
  });

  test("asks fewer questions than five one by one", async () => {
    const windows = ofKind(await schedule({ cells: cells(["a"]) }, {}, 3), "window");
    expect(windows.map((window) => window.answers)).toEqual([1, 1, 1]);
  });

  test("shortens windows that would pass 30 s, to no less than a question, and loses none", async () => {
    const slow = await schedule({ cells: cells(["a"]) }, { wallOf: (asked) => asked.length * 7e9 });
    // 10 questions took 70 s, so 4 take 28 s.
    expect(ofKind(slow, "window").map((window) => window.answers)).toEqual([
      10,
      ...Array.from({ length: 10 }, () => 4),
    ]);
    const crawling = await schedule({ cells: cells(["a"]) }, { wallOf: (asked) => asked.length * 1e12 }, 10);
    expect(ofKind(crawling, "window").map((window) => window.answers)).toEqual([
      2,
      ...Array.from({ length: 8 }, () => 1),
    ]);
  });

  test("lets the cells of a task answer window by window in turn", async () => {
    const told = await schedule({ cells: cells(["a", "b", "c"]) });
    const turns = ofKind(told, "window").map(modelOf);
    expect(turns).toHaveLength(15);
    for (let round = 0; round < 5; round++) {
      expect(turns.slice(3 * round, 3 * round + 3).toSorted()).toEqual(["a", "b", "c"]);
    }
    // Not the same order in every round: drift inside a round meets all alike.
    expect(
      new Set(Array.from({ length: 5 }, (_, round) => turns.slice(3 * round, 3 * round + 3).join(""))).size,
    ).toBeGreaterThan(1);
  });

  test("has an order that only the seed decides", async () => {
    const plan = (seed: number) => ({ trials: 3, seed, warmup: 0 });
    const grid = cells(["a", "b", "c"], ["s", "t"]);
    const order = async (seed: number) => windowOrder(await schedule({ plan: plan(seed), cells: grid }, {}, 10));
    const first = await order(5);
    expect(await order(5)).toEqual(first);
    expect(await order(6)).not.toEqual(first);
  });

  test("starts cells in the same order however long their windows took", async () => {
    const plan = { trials: 4, seed: 5, warmup: 0 };
    const grid = cells(["a", "b", "c"], ["s", "t", "u"]);
    const fast = await schedule({ plan, cells: grid }, {}, 10);
    const slow = await schedule({ plan, cells: grid }, { wallOf: (asked) => asked.length * 20e9 }, 10);
    expect(loadOrder(slow)).toEqual(loadOrder(fast));
  });

  test("warms up with the last questions, which come longest after", async () => {
    const { processes } = await schedule({ plan: { trials: 1, seed: 1, warmup: 3 }, cells: cells(["a"]) });
    expect(processes[0]?.requests[0]).toMatchObject({ warmup: [{ id: "q49" }, { id: "q48" }, { id: "q47" }] });
    const few = await schedule({ plan: { trials: 1, seed: 1, warmup: 3 }, cells: cells(["a"]) }, {}, 2);
    expect(few.processes[0]?.requests[0]).toMatchObject({ warmup: [{ id: "q1" }, { id: "q0" }, { id: "q1" }] });
  });

  test("a question that fails is a failure with its reason, and counts in its window", async () => {
    const told = await schedule({ cells: cells(["a"]) }, { scriptOf: () => ({ otherwise: "x", fails: [" 12:"] }) });
    expect(ofKind(told, "failure")).toEqual([
      {
        kind: "failure",
        cell: cells(["a"])[0]?.key,
        trial: 0,
        window: 1,
        question: "q12",
        reason: 'the script fails on "question 12:"',
        latency: expect.any(Number),
      },
    ]);
    expect(ofKind(told, "answer")).toHaveLength(49);
    expect(ofKind(told, "window").map((window) => window.answers)).toEqual([10, 10, 10, 10, 10]);
  });

  test("a process that dies fails only its own cell, and is killed", async () => {
    let blocks = 0;
    const told = await schedule(
      {},
      {
        onRequest: (request, opening) => {
          if (request.type === "block" && opening?.folder === "a" && ++blocks === 3) throw new Error("out of memory");
        },
      },
    );
    expect(ofKind(told, "failure")).toEqual([
      { kind: "failure", cell: cells(["a"])[0]?.key, trial: 0, reason: "out of memory" },
    ]);
    expect(ofKind(told, "answer").filter((answer) => modelOf(answer) === "a")).toHaveLength(20);
    expect(ofKind(told, "answer").filter((answer) => modelOf(answer) === "b")).toHaveLength(50);
    expect(told.processes.every((process) => !process.isAlive)).toBe(true);
  });

  test("a cell that cannot be opened fails alone", async () => {
    const told = await schedule(
      {},
      {
        onRequest: (request) => {
          if (request.type === "open" && request.folder === "b") throw new Error("no such graph");
        },
      },
    );
    expect(ofKind(told, "failure").map((failure) => [modelOf(failure), failure.reason])).toEqual([
      ["b", "no such graph"],
    ]);
    expect(ofKind(told, "answer")).toHaveLength(50);
    expect(ofKind(told, "load").map(modelOf)).toEqual(["a"]);
  });

  test("a cell that fails in one trial is tried again in the next", async () => {
    let opened = 0;
    const told = await schedule(
      { plan: { trials: 2, seed: 1, warmup: 0 }, cells: cells(["a"]) },
      {
        onRequest: (request) => {
          if (request.type === "open" && ++opened === 1) throw new Error("not yet");
        },
      },
    );
    expect(ofKind(told, "failure").map((failure) => failure.trial)).toEqual([0]);
    expect(ofKind(told, "answer").every((answer) => answer.trial === 1)).toBe(true);
    expect(ofKind(told, "answer")).toHaveLength(50);
  });

  test("tells progress that adds up to every answer, dead cells included", async () => {
    const told = await schedule(
      { plan: { trials: 2, seed: 1, warmup: 0 } },
      {
        onRequest: (request, opening) => {
          if (request.type === "block" && opening?.folder === "a") throw new Error("gone");
        },
      },
    );
    expect(told.progress.reduce((sum, { done }) => sum + done, 0)).toBe(2 * 2 * 50);
  });

  test("runs tasks one after another, never two at once", async () => {
    const told = await schedule({ cells: cells(["a", "b"], ["s", "t"]) });
    const tasks = ofKind(told, "window").map((window) => window.cell.split("/")[1]);
    expect(new Set(tasks.slice(0, 10)).size).toBe(1);
    expect(new Set(tasks.slice(10)).size).toBe(1);
  });
});

describe("runSchedule, stopped", () => {
  test("ends after the window under way and kills every process", async () => {
    const stop = new AbortController();
    let windows = 0;
    const told = await schedule(
      { cells: cells(["a", "b", "c"]), signal: stop.signal },
      {
        onRequest: (request) => {
          if (request.type === "block" && ++windows === 4) stop.abort();
        },
      },
    );
    expect(ofKind(told, "window")).toHaveLength(4);
    expect(ofKind(told, "answer")).toHaveLength(40);
    expect(ofKind(told, "failure")).toEqual([]);
    expect(told.processes.map((process) => process.isAlive)).toEqual([false, false, false]);
  });

  test("opens no further cell", async () => {
    const stop = new AbortController();
    const told = await schedule(
      { cells: cells(["a", "b", "c"], ["s", "t"]), signal: stop.signal },
      {
        onRequest: (request) => {
          if (request.type === "open") stop.abort();
        },
      },
    );
    expect(told.processes).toHaveLength(1);
    expect(told.processes[0]?.isAlive).toBe(false);
    expect(ofKind(told, "window")).toEqual([]);
  });

  test("leaves no process behind when nothing can be recorded any more", async () => {
    const { start, processes } = fakeProcesses();
    const failing = schedule({
      start,
      record: (observations) => {
        if (observations.some((observation) => observation.kind === "window")) throw new Error("disk full");
      },
    });
    await failing.catch(() => {});
    expect(processes.map((process) => process.isAlive)).toEqual([false, false]);
  });
});

describe("heats", () => {
  const grid = cells(["a", "b", "c"], ["s", "t"]);
  const names = (split: readonly (readonly Cell[])[]): string[] =>
    split.map((heat) => heat.map((cell) => `${cell.model}${cell.task}`).join(" "));

  test("put the cells of a task side by side", () => {
    expect(names(heats({ cells: grid, weightOf: () => 1, memory: 100 }))).toEqual(["as bs cs", "at bt ct"]);
  });

  test("are split where weights would take more than half of the memory", () => {
    expect(names(heats({ cells: grid, weightOf: () => 25, memory: 100 }))).toEqual(["as bs", "cs", "at bt", "ct"]);
    expect(names(heats({ cells: grid, weightOf: () => 26, memory: 100 }))).toEqual([
      "as",
      "bs",
      "cs",
      "at",
      "bt",
      "ct",
    ]);
  });

  test("leave no cell out, not even one larger than the memory", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { minLength: 6, maxLength: 6 }), (weights) => {
        const weightOf = (cell: Cell): number => weights[grid.indexOf(cell)] as number;
        const split = heats({ cells: grid, weightOf, memory: 100 });
        expect(split.flat().toSorted((a, b) => grid.indexOf(a) - grid.indexOf(b))).toEqual(grid);
        for (const heat of split) {
          const together = heat.reduce((sum, cell) => sum + weightOf(cell), 0);
          expect(heat.length === 1 || together <= 50).toBe(true);
        }
      }),
    );
  });
});
