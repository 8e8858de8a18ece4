import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openOnnx } from "../../harness/engine/onnx.ts";
import { openTokenizer } from "../../harness/engine/tokenizer.ts";
import { askOne } from "../../harness/execute/cell.ts";
import { judge } from "../../harness/score/score.ts";
import { embeddedTasks, loadTask } from "../../harness/store/task/load.ts";
import { ROOT } from "../../harness/store/root.ts";
import { writingLimitsOf } from "../../harness/task.ts";
import { buildModel } from "../build/build.ts";

const FOLDER = path.join(ROOT, "models", "pocket");

/** Accuracies that the recipe's own PyTorch forward reached with the same stored weights: another author's code, in a way. */
const reference = JSON.parse(readFileSync(path.join(FOLDER, "reference.json"), "utf8")) as Record<
  string,
  Record<string, number>
>;

/** Answers may differ where two logits tie to the last bits of float32; 2 of 400 leaves room for that and for nothing else. */
const TIES = 2;

describe.each(["pocket-dense-s", "pocket-moe-32x1"])("%s scores what the recipe's PyTorch scored", (id) => {
  test.each(embeddedTasks())("on %s", async (task) => {
    const { definition, questions } = await loadTask(task);
    const folder = path.join(FOLDER, id);
    const { onnxPath } = await buildModel(folder);
    const model = {
      engine: await openOnnx(onnxPath, folder, { device: "cpu", threads: 1 }),
      tokenizer: await openTokenizer(folder),
    };
    const limits = writingLimitsOf(definition);
    let correct = 0;
    for (const question of questions) {
      const answer = await askOne(model, question, limits);
      expect(answer.outcome).toBe("answered");
      if (answer.outcome === "answered") correct += judge(definition, question, answer.output).credit ?? 0;
    }
    await model.engine.close();
    const expected = (reference[id]?.[task] ?? Number.NaN) * questions.length;
    expect(Math.abs(correct - expected)).toBeLessThanOrEqual(TIES);
  });
});
