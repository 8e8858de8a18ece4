import { openOnnx } from "./onnx.ts";
import { serveRunner } from "./runner.ts";

serveRunner(openOnnx);
