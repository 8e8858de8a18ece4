import process from "node:process";
import type { LoadedModel } from "../engine/engine.ts";
import { openOnnx } from "../engine/onnx.ts";
import { openScript } from "../engine/scripted.ts";
import { standInTokenizer } from "../engine/standin.ts";
import { openTokenizer } from "../engine/tokenizer.ts";
import { monotonic } from "../meter/stopwatch.ts";
import { present } from "../present.ts";
import { askBlock, askOne } from "./cell.ts";
import { wayOf, type Opening, type Reply, Request } from "./messages.ts";

/** The process of one cell: opens a model, answers blocks of questions, ends. It speaks only with its parent. */
let opened: { model: LoadedModel; opening: Opening } | undefined;

async function loadModel(opening: Opening): Promise<LoadedModel> {
  if (opening.source === "script") return openScript(opening.folder);
  if (opening.graph === undefined) throw new Error(`no graph was given for "${opening.folder}"`);
  const [tokenizer, engine] = await Promise.all([
    opening.standIn === undefined ? openTokenizer(opening.folder) : standInTokenizer(opening.standIn.vocabulary),
    openOnnx(opening.graph, opening.folder, present(opening)),
  ]);
  return { engine, tokenizer };
}

async function open(opening: Opening): Promise<Reply> {
  const start = monotonic();
  const model = await loadModel(opening);
  const load = monotonic() - start;
  opened = { model, opening };
  const [cold, ...warm] = opening.warmup;
  if (cold === undefined) return { type: "open", load };
  const first = await askOne(model, cold, wayOf(opening));
  for (const question of warm) await askOne(model, question, wayOf(opening));
  return { type: "open", load, ...(first.outcome === "answered" ? { first_answer: first.timing.latency } : {}) };
}

async function answer(request: Request): Promise<Reply> {
  switch (request.type) {
    case "open":
      return open(request);
    case "block":
      if (opened === undefined) throw new Error("asked before a model was opened");
      return askBlock(opened.model, request, wayOf(opened.opening));
    case "close":
      await opened?.model.engine.close();
      // getrusage's high-water mark, in KiB on every system Node supports.
      return { type: "close", peak_memory_bytes: process.resourceUsage().maxRSS * 1024 };
  }
}

process.on("message", (message) => {
  void (async () => {
    const reply: Reply = await answer(Request.parse(message)).catch((error: unknown) => ({
      type: "error",
      // A runtime's message may run over several lines; a reason is one.
      reason: (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").trim(),
    }));
    process.send?.(reply, () => {
      if (reply.type === "close") process.exit(0);
    });
  })();
});
// The parent is gone: nobody is left to measure for.
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when this process ends.
process.on("SIGINT", () => {});
