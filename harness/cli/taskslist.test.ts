import { expect, test } from "vitest";
import { squeezed } from "./modelscommands.support.ts";
import { listTasks } from "./taskslist.ts";

test("listTasks says of each task how it is scored and where its data is, those with questions first", async () => {
  const lines = squeezed(await listTasks(false));
  expect(lines[0]).toBe("task | kind | scored by | questions | chance | data | about");
  const line = (id: string): string | undefined => lines.find((one) => one.startsWith(`${id} | `));
  expect(line("addition")).toMatch(
    /^addition \| calculation \| generate_until \| \d+ \| 0\.00 \| comes with perjoule \| Addition of /,
  );
  expect(line("hellaswag")).toMatch(/ \| multiple_choice \| .*hub: Rowan\/hellaswag \| /);
  expect(line("wikitext")).toMatch(/ \| loglikelihood_rolling \| hub: EleutherAI\/wikitext_document_level \| /);
  expect(line("tinystories")).toMatch(/ \| give --data tinystories=PATH \| /);
  expect(line("mmlu")).toMatch(/\(57 tasks\)$/);
  expect(line("mmlu_anatomy")).toBeUndefined();
  expect(lines.findIndex((one) => one.startsWith("sort "))).toBeLessThan(
    lines.findIndex((one) => one.startsWith("arc_")),
  );
});

test("listTasks as JSON leaves out what is not known", async () => {
  const listed = JSON.parse(await listTasks(true)) as { id: string }[];
  const one = (id: string): object | undefined => listed.find((task) => task.id === id);
  expect(one("addition")).toEqual({
    id: "addition",
    title: expect.any(String),
    kind: "calculation",
    output_type: "generate_until",
    metrics: ["exact_match"],
    chance: 0,
    version: 1,
    questions: expect.any(Number),
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    data: "comes with perjoule",
  });
  expect(one("gsm8k")).toMatchObject({ metrics: ["exact_match", "numeric"], version: 3, data: "hub: openai/gsm8k" });
  for (const key of ["questions", "sha256", "tasks"]) expect(one("gsm8k")).not.toHaveProperty(key);
});

test("listTasks gives a group its own version, and the number of its tasks", async () => {
  const listed = JSON.parse(await listTasks(true)) as { id: string }[];
  expect(listed.find(({ id }) => id === "mmlu")).toMatchObject({ version: 2, tasks: 57, metrics: ["acc"] });
  expect(listed.find(({ id }) => id === "blimp")).toMatchObject({ version: 2, tasks: 67, chance: 0.5 });
});
