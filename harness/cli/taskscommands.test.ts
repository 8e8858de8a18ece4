import { describe, expect, test } from "vitest";
import yargs from "yargs";
import { tasksCommands, type TasksCommands } from "./taskscommands.ts";

/** What was called and with what, or what was said against it. */
async function call(...args: string[]): Promise<unknown[] | string> {
  let called: unknown[] = [];
  const note =
    (name: string): ((...given: unknown[]) => Promise<number>) =>
    async (...given) => {
      called = [name, ...given];
      return 0;
    };
  const commands: TasksCommands = { tasksList: note("ls"), tasksShow: note("show"), tasksValidate: note("validate") };
  const cli = yargs(args).parserConfiguration({ "greedy-arrays": false }).strict().exitProcess(false);
  try {
    await tasksCommands(cli, commands, (running) => running.then(() => {}))
      .fail((message, error) => {
        throw error ?? new Error(message);
      })
      .parseAsync();
    return called;
  } catch (error) {
    return (error as Error).message;
  }
}

describe("tasksCommands", () => {
  test("lists, shows and validates", async () => {
    expect(await call("ls")).toEqual(["ls", { json: false }]);
    expect(await call("show", "sort")).toEqual(["show", "sort", { json: false, wishes: {} }]);
    expect(await call("validate", "./a", "b", "--json")).toEqual([
      "validate",
      ["./a", "b"],
      { json: true, wishes: {} },
    ]);
  });

  test("takes places of data, a number of examples and a limit", async () => {
    const flags = ["--data", "a=x/y", "--data=b=z", "--num-fewshot", "0", "--limit", "3"];
    const wishes = { data: { a: "x/y", b: "z" }, numFewshot: 0, limit: 3 };
    expect(await call("show", "a", ...flags)).toEqual(["show", "a", { json: false, wishes }]);
    expect(await call("validate", ...flags, "a")).toEqual(["validate", ["a"], { json: false, wishes }]);
  });

  test.each([
    [["show", "a", "--num-fewshot", "few"], '--num-fewshot: "few" is not a whole number of at least 0'],
    [["show", "a", "--limit", "0"], '--limit: "0" is not a whole number of at least 1'],
    [["validate", "a", "--data", "x"], '--data: "x" is not TASK=PATH, for example gsm8k=data/gsm8k'],
    [[], "tasks: say what to do, for example `perjoule tasks ls`"],
  ])("says of %j what is wrong with it", async (args, told) => {
    expect(await call(...args)).toBe(told);
  });

  test("needs the name of a task", async () => {
    expect(await call("show")).toMatch(/^Not enough non-option arguments/);
    expect(await call("validate")).toMatch(/^Not enough non-option arguments/);
  });
});
