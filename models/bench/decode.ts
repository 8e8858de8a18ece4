/** `npm run bench:decode`: one dense shape on ONNX Runtime and on llama.cpp, side by side. */
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { toCsv } from "../../harness/report/csv.ts";
import { versions } from "../../harness/store/root.ts";
import { installedVersion } from "./addon.ts";
import { comparisonsOf } from "./comparison.ts";
import { COMPARISON_COLUMNS, comparisonTable } from "./comparisontable.ts";
import { type DecodeFlags, decodeFlags } from "./decodeflags.ts";
import { ggufOf, graphOf } from "./files.ts";
import { installPeer } from "./install.ts";
import { pairs } from "./pairs.ts";
import { denseShape as shape } from "./shapes.ts";
import type { Contestant } from "./contestant.ts";
import { sideBySide } from "./sidebyside.ts";

async function contestantsOf({ threads, prompt, tokens, precisions, peers }: DecodeFlags): Promise<Contestant[]> {
  const reading = { threads, prompt, tokens, vocabulary: shape.vocab_size };
  const contestants: Contestant[] = [];
  for (const { precision, type, name, peer } of pairs.filter((pair) => precisions.includes(pair.precision))) {
    note(`files of ${precision}`);
    const graph = await graphOf(shape, { precision });
    contestants.push({
      name,
      runner: new URL("onnxprocess.js", import.meta.url),
      opening: { ...reading, graph },
      ...(peers === "llama.cpp" && { peer }),
    });
    if (peers === "none") continue;
    contestants.push({
      name: peer.name,
      runner: new URL("llamacppprocess.js", import.meta.url),
      opening: { ...reading, model: await ggufOf(shape, type) },
    });
  }
  return contestants;
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** What the rates depend on besides the contestants. */
function conditions({ threads, prompt, tokens, rounds, peers }: DecodeFlags): string {
  const { onnxruntime = "unknown" } = versions();
  return [
    `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${process.platform} ${process.arch}, threads: ${threads}`,
    `prompt of ${prompt} tokens, then ${tokens} one by one; medians of ${rounds} rounds, extremes in brackets`,
    `onnxruntime ${onnxruntime}${peers === "none" ? "" : `, llama.cpp of node-llama-cpp ${installedVersion() ?? "unknown"}`}`,
  ].join("\n");
}

async function main(): Promise<void> {
  const flags = decodeFlags(process.argv.slice(2));
  if (flags.peers === "llama.cpp") installPeer(note);
  const contestants = await contestantsOf(flags);
  const rounds = await sideBySide(contestants, { rounds: flags.rounds, onProgress: note });
  const comparisons = comparisonsOf(contestants, rounds);
  process.stdout.write(`${conditions(flags)}\n${comparisonTable(comparisons)}\n`);
  if (flags.csv !== undefined) await writeFile(flags.csv, await toCsv(COMPARISON_COLUMNS, comparisons));
}

await main().catch((error: unknown) => {
  note(`bench:decode: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
