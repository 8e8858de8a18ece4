import { describe, expect, test } from "vitest";
import { SolverName } from "../run.ts";
import { solve, solverOf } from "./solve.ts";
import { ask, nothing, textsOf, watched } from "./watched.support.ts";

describe("SolverName", () => {
  test("has no vote of one, and no more than 64 draws and 8 rounds", () => {
    const taken = ["direct", "steps", "vote:2", "vote:9", "vote:10", "vote:59", "vote:64", "review:1", "review:8"];
    const refused = [
      "",
      "vote",
      "vote:1",
      "vote:0",
      "vote:65",
      "vote:02",
      "vote:5x",
      "vote:100",
      "review",
      "review:0",
      "review:9",
      "Steps",
      "steps:1",
      "direct ",
    ];
    expect([...taken, ...refused].filter((name) => SolverName.safeParse(name).success)).toEqual(taken);
  });

  test("says what there is", () => {
    expect(SolverName.safeParse("vote:1").error?.issues[0]?.message).toBe(
      '"vote:1" is none of direct, steps, vote:2 to vote:64, review:1 to review:8',
    );
  });
});

describe("solverOf", () => {
  test("reads a name", () => {
    expect(["direct", "steps", "vote:12", "review:3"].map(solverOf)).toEqual([
      { kind: "direct" },
      { kind: "steps" },
      { kind: "vote", draws: 12 },
      { kind: "review", rounds: 3 },
    ]);
    expect(() => solverOf("tree")).toThrow('cannot ask by "tree"');
  });
});

describe("solve", () => {
  const replies = {
    "Q\nA:": ["1", "2"],
    "Q\nHm:": "3",
    "Q\nHm:3\nA:": "4",
    "Q\nHm:1\nCheck:": "5",
    "Q\nHm:1\nCheck:5\nA:": "6",
  };
  const style = { cue: "\nHm:", maxTokens: 9 };
  const sampling = { temperature: 1, seed: 1 };

  test.each([
    ["direct", { text: "1" }],
    ["steps", { text: "4", before: ["3"] }],
    ["vote:2", { text: "1", drafts: ["1", "2"] }],
    ["review:1", { text: "6", before: ["1", "5"] }],
  ])("asks by %s", async (name, texts) => {
    const { model } = watched(replies);
    const way = { maxTokens: 5, stops: [], sampling, solver: solverOf(name), style };
    const { output } = await solve(model, ask("Q\nA:"), way, nothing);
    expect(textsOf(output)).toEqual({ finish: "end_of_text", ...texts });
  });

  test("asks directly where nothing is said", async () => {
    const { model, calls } = watched(replies);
    await solve(model, ask("Q\nA:"), { maxTokens: 5, stops: [] }, nothing);
    expect(calls).toEqual([{ prompt: "Q\nA:", maxTokens: 5 }]);
  });
});
