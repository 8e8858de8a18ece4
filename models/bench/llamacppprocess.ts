import { openLlamaCpp } from "./llamacpp.ts";
import { serveRunner } from "./runner.ts";

serveRunner(openLlamaCpp);
