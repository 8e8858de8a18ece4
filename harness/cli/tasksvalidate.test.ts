import path from "node:path";
import { describe, expect, test } from "vitest";
import { useFolder } from "../store/rows/rows.support.ts";
import { CAPITAL_ROWS, CAPITALS, FRUITS, withLine } from "../store/task/load.support.ts";
import { validateTasks } from "./tasksvalidate.ts";

const folder = useFolder();
async function validated(names: readonly string[], json = false): Promise<{ code: number; out: string }> {
  let out = "";
  const inside = names.map((name) => path.join(folder.path, name));
  const code = await validateTasks(inside, { json, wishes: {} }, (text) => (out += text));
  return { code, out: out.replaceAll(`${folder.path}/`, "") };
}
const write = (): unknown =>
  folder.write({
    "good/task.yaml": CAPITALS,
    "good/test.jsonl": CAPITAL_ROWS,
    "single/task.yaml": CAPITALS,
    "single/test.jsonl": CAPITAL_ROWS.split("\n")[0] as string,
    "bad/task.yaml": `${withLine(FRUITS, 7)}x: 1\n`,
  });

describe("validateTasks", () => {
  test("says of each task that it is well-formed and how many questions it has", async () => {
    write();
    expect(await validated(["good", "single"])).toEqual({
      code: 0,
      out: "good: well-formed, 5 questions\nsingle: well-formed, 1 question\n",
    });
  });

  test("says every problem on a line of its own, and ends with 1", async () => {
    write();
    expect(await validated(["bad", "good"])).toEqual({
      code: 1,
      out: 'bad/task.yaml:1: missing key "doc_to_target"\nbad/task.yaml:10: unknown key "x"\ngood: well-formed, 5 questions\n',
    });
  });

  test("says the same in JSON", async () => {
    write();
    const { code, out } = await validated(["good", "bad"], true);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual([
      { name: "good", problems: [], questions: 5 },
      {
        name: "bad",
        problems: ['bad/task.yaml:1: missing key "doc_to_target"', 'bad/task.yaml:10: unknown key "x"'],
        questions: 0,
      },
    ]);
  });
});
