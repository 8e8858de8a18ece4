import type { Device } from "../run.ts";
import { onnxRuntime } from "./runtime.ts";

/** What ONNX Runtime calls the device. */
const PROVIDER: Record<Device, string> = { cpu: "cpu", webgpu: "webgpu", cuda: "cuda", dml: "dml", coreml: "coreml" };

/**
 * Refuses a device that the installed onnxruntime-node was built without. One it lists may still fail to start, when a
 * driver or library is missing: that is the failure of a cell, with the runtime's own reason.
 */
export async function requireDevice(device: Device): Promise<void> {
  const { listSupportedBackends } = await onnxRuntime();
  const offered = listSupportedBackends().map((backend) => backend.name);
  if (offered.includes(PROVIDER[device])) return;
  throw new Error(
    `device "${device}" is not offered by the installed onnxruntime-node on ${process.platform}-${process.arch}; ` +
      `it offers ${offered.join(", ")}`,
  );
}
