import { expect, it } from "vitest";
import { temporaryFolder } from "./checkpoint.support.ts";
import { requireSpace } from "./space.ts";

it("requireSpace says before anything is written how many bytes are needed and free", async () => {
  const folder = temporaryFolder();
  await expect(requireSpace(folder, 1, "a byte")).resolves.toBeUndefined();
  await expect(requireSpace(folder, 2 ** 60, "a planet")).rejects.toThrow(
    new RegExp(`cannot write a planet to ${folder}: it takes ${2 ** 60} bytes and \\d+ are free`),
  );
});
