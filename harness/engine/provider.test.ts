import { expect, test } from "vitest";
import { requireDevice } from "./provider.ts";

test("requireDevice accepts the processor, which every build offers", async () => {
  await expect(requireDevice("cpu")).resolves.toBeUndefined();
});

test("requireDevice names the device, the system and what there is instead", async () => {
  // No system has both: one is Apple's, the other Microsoft's.
  const absent = process.platform === "darwin" ? "dml" : "coreml";
  await expect(requireDevice(absent)).rejects.toThrow(
    new RegExp(`device "${absent}" is not offered .* on ${process.platform}-${process.arch}; it offers .*cpu`),
  );
});
