import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../harness/store/root.ts";
import { embeddedTasks, loadTask } from "../../harness/store/task/load.ts";

/**
 * `train-questions.bin` holds, sorted, the first 5 bytes of the SHA-256 of every distinct question line of the training
 * stream. Forty bits: among a few hundred thousand lines, 3,000 test questions meet one by accident once in a thousand.
 */
const HASH_BYTES = 5;
const FOLDER = path.join(ROOT, "models", "pocket");

const hashOf = (line: string): string =>
  createHash("sha256")
    .update(line)
    .digest("hex")
    .slice(0, 2 * HASH_BYTES);

const trained = new Set(
  readFileSync(path.join(FOLDER, "train-questions.bin"))
    .toString("hex")
    .match(new RegExp(`.{${2 * HASH_BYTES}}`, "g")),
);

describe("questions of the pocket tasks", () => {
  test("of the training sample are among the trained ones: the evidence can convict", () => {
    const sample = readFileSync(path.join(FOLDER, "sample.txt"), "utf8");
    const questions = sample.split("\n").filter((line) => line.startsWith("Q: "));
    expect(questions.length).toBeGreaterThan(50);
    expect(questions.filter((line) => !trained.has(hashOf(line)))).toEqual([]);
  });

  test.each(embeddedTasks())("of %s do not occur in the training stream", async (id) => {
    const lines = (await loadTask(id)).questions.map((question) => question.prompt.split("\n")[0] as string);
    expect(lines.every((line) => line.startsWith("Q: "))).toBe(true);
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines.filter((line) => trained.has(hashOf(line)))).toEqual([]);
  });

  const python = pythonWithNumpy();
  test.skipIf(python === undefined)(
    "do not occur in the stream made anew by the recipe (needs python3-numpy)",
    () => {
      // Exits with the offending question otherwise.
      execFileSync(python as string, ["-c", "import recipe; recipe.check_heldout()"], { cwd: FOLDER, stdio: "pipe" });
    },
    400_000,
  );
});

/** Debian keeps its packages for its own interpreter, which need not be the first on PATH. */
function pythonWithNumpy(): string | undefined {
  return ["/usr/bin/python3", "python3"].find((python) => {
    try {
      execFileSync(python, ["-c", "import numpy"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
}
