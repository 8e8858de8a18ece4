import { serveRunner } from "../runner.ts";
import { openCells } from "./runner.ts";

serveRunner(openCells);
