import { expect, test } from "vitest";
import type { Question } from "../task.ts";
import type { Isolate } from "./isolate.ts";
import { modelLoad } from "./loop.ts";
import type { BlockResult, Opening, Request } from "./messages.ts";

const opening: Omit<Opening, "type" | "warmup"> = {
  source: "script",
  folder: "/models/fake",
  device: "cpu",
  threads: 1,
  maxTokens: 4,
  stops: [],
};
const question = { id: "a" } as Question;
const answered = { type: "block", start: 0, wall: 1e9, cpu: 5e8, rounds: 1, answers: [] } as const;

/** A process that answers each request with what it is told to, a turn of the loop later. */
function fakeIsolate(answer: (request: Request, block: number) => object): {
  start: () => Isolate;
  requests: Request[];
  killed: () => boolean;
} {
  const requests: Request[] = [];
  let isKilled = false;
  const request = async (asked: Request): Promise<never> => {
    requests.push(asked);
    await new Promise((resolve) => setImmediate(resolve));
    if (isKilled) throw new Error("the cell's process was killed");
    return answer(asked, requests.length - 1) as never;
  };
  const start = (): Isolate => ({ request, kill: () => void (isKilled = true) });
  return { start, requests, killed: () => isKilled };
}

test("modelLoad warms the model up and asks its questions again and again until it is stopped", async () => {
  const fake = fakeIsolate(({ type }) => (type === "open" ? { type, load: 1 } : answered));
  const load = await modelLoad(opening, [question], fake.start);
  expect(fake.requests[0]).toEqual({ type: "open", ...opening, warmup: [question] });
  expect(await load.cpu()).toBe(5e8);
  expect(await load.cpu()).toBe(10e8);
  expect(fake.requests.at(-1)).toEqual({ type: "block", questions: [question], least: 1e9 });
  await load.stop();
  expect(fake.killed()).toBe(true);
  const asked = fake.requests.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(fake.requests).toHaveLength(asked);
});

test("modelLoad ends its process when the model cannot be opened", async () => {
  const fake = fakeIsolate(() => {
    throw new Error("no such graph");
  });
  await expect(modelLoad(opening, [question], fake.start)).rejects.toThrow(
    'the model of "/models/fake" cannot be opened: no such graph',
  );
  expect(fake.killed()).toBe(true);
});

test("modelLoad says that its model fails, or dies, when it is asked for processor time", async () => {
  const failed: BlockResult["answers"][number] = { outcome: "failed", question: "a", reason: "bad token", latency: 1 };
  const failing = fakeIsolate(({ type }) => (type === "open" ? { type, load: 1 } : { ...answered, answers: [failed] }));
  const load = await modelLoad(opening, [question], failing.start);
  await expect(load.cpu()).rejects.toThrow('the model does not answer "a": bad token');
  await load.stop();

  const dying = fakeIsolate(({ type }) => {
    if (type === "open") return { type, load: 1 };
    throw new Error("out of memory");
  });
  const dead = await modelLoad(opening, [question], dying.start);
  await expect(dead.cpu()).rejects.toThrow("out of memory");
  await dead.stop();
});
