/** `npm run bench:moe`: one mixture of experts in every lowering and precision, against ONNX Runtime's own default. */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import path from "node:path";
import { toCsv } from "../../harness/report/csv.ts";
import { ROOT, versions } from "../../harness/store/root.ts";
import { graphOf } from "./files.ts";
import { aboutOf, commitOf } from "./moe/about.ts";
import { type Cell, cellsOf, EXTENT } from "./moe/cell.ts";
import { COLUMNS } from "./moe/columns.ts";
import { type Contestant, contestantsOf } from "./moe/contestant.ts";
import { type Flags, flagsOf } from "./moe/flags.ts";
import { measure } from "./moe/measure.ts";
import { touchedExperts, touchedText } from "./moe/routing.ts";
import { rowsOf } from "./moe/row.ts";
import type { Opening } from "./moe/runner.ts";
import { loweringTables } from "./moe/table.ts";
import { verdictsOf, verdictText } from "./moe/target.ts";
import { startRunner } from "./runnerprocess.ts";
import { moeShape as shape } from "./shapes.ts";

const threads = 1;
const vocabulary = shape.vocab_size;

async function graphsOf(contestants: readonly Contestant[]): Promise<Map<Contestant, string>> {
  const graphs = new Map<Contestant, string>();
  for (const contestant of contestants) {
    const { precision, lowering } = contestant;
    note(`graph of ${contestant.name}`);
    graphs.set(contestant, await graphOf(shape, { precision, lowering }));
  }
  return graphs;
}

/** What the rates depend on besides the contestants. */
function conditions({ rounds }: Flags): string {
  const { onnxruntime = "unknown" } = versions();
  return [
    `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${process.platform} ${process.arch}, threads: ${threads}, onnxruntime ${onnxruntime}, rounds: ${rounds}`,
    `decode: ${EXTENT.steps} steps after ${EXTENT.context} tokens, again and again; prefill: prompts of ${EXTENT.prompt} tokens`,
  ].join("\n");
}

/** Results are never overwritten; better said before measuring than after. */
async function refuseResults(folder: string): Promise<void> {
  const found = [csvFile, aboutFile].map((name) => path.join(folder, name)).find((file) => existsSync(file));
  if (found !== undefined)
    throw new Error(`cannot write results to "${folder}": "${found}" exists; name another folder`);
  await mkdir(folder, { recursive: true });
}

const csvFile = "lowerings.csv";
const aboutFile = "about.json";

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function main(args: readonly string[]): Promise<void> {
  const flags = flagsOf(args);
  const { rounds, batches, seconds, out } = flags;
  if (out !== undefined) await refuseResults(out);
  const contestants = contestantsOf(flags);
  const graphs = await graphsOf(contestants);
  const [began, commit] = [new Date(), commitOf(ROOT)];
  const start = (contestant: Contestant) => {
    const opening: Opening = { ...EXTENT, graph: graphs.get(contestant)!, vocabulary, threads, seconds };
    const { environment } = contestant;
    return startRunner<Cell, number>({ runner: new URL("moe/process.js", import.meta.url), opening, environment });
  };
  const rows = rowsOf(await measure(contestants, cellsOf(flags), { rounds, start, onProgress: note }));
  const verdicts = verdictsOf(rows);
  process.stdout.write(`${conditions(flags)}\n${loweringTables(rows)}\n`);
  const touched = flags.phases.includes("decode")
    ? await touchedExperts(graphs.get(contestants[0]!)!, { batches, vocabulary })
    : undefined;
  if (touched) process.stdout.write(`${touchedText(touched)}\n`);
  process.stdout.write(`${verdicts.map(verdictText).join("\n")}\n`);
  if (out === undefined) return;
  await writeFile(path.join(out, csvFile), await toCsv(COLUMNS, rows));
  const about = await aboutOf({
    args,
    flags,
    shape,
    threads,
    began,
    commit,
    graphs,
    ...(touched && { touched }),
    verdicts,
  });
  await writeFile(path.join(out, aboutFile), `${JSON.stringify(about, undefined, 2)}\n`);
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  note(`bench:moe: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
