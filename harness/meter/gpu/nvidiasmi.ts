import { present } from "../../present.ts";
import type { MeterRecord } from "../../run.ts";
import type { Seconds, Watts } from "../../units.ts";
import { type Board, boardFlags, settlingOf, visibleBoards } from "./boards.ts";
import type { Host } from "../host.ts";
import type { EnergyMeter, Probe } from "../meter.ts";
import { openPowerProgram, type PowerProgram, tryPowerProgram } from "../powerprogram.ts";

const EVERY: Seconds = 0.1;

/**
 * Power fields, the one to prefer first. `power.draw.instant` came with driver 530; `power.draw` is a mean over one
 * second on Ampere and newer (but GA100) and what older drivers have.
 */
const POWER_FIELDS = [["power.draw.instant", "power.draw"], ["power.draw"]] as const;
type PowerFields = (typeof POWER_FIELDS)[number];

/** NVIDIA boards' power figures, integrated: for want of the counter, which `nvidia-smi` does not show. */
export const nvidiaSmi: EnergyMeter = {
  id: "nvidia-smi",
  about: "NVIDIA boards' power, sampled by nvidia-smi",
  domain: "gpu",
  async probe(host): Promise<Probe> {
    const found = await findBoards(host);
    if ("reason" in found) return { works: false, reason: found.reason };
    const { boards, flags } = visibleBoards(found.boards, host.env);
    if (boards.length === 0) return { works: false, reason: "CUDA_VISIBLE_DEVICES hides every board" };
    const program = programFor(boards, found.fields);
    const tried = await tryPowerProgram(host, program);
    if ("reason" in tried) return { works: false, reason: tried.reason };
    const counted = boards.filter((board) => tried.watts.has(String(board.index)));
    const left = boards
      .filter((board) => !counted.includes(board))
      .map((board) => `not counted: GPU ${board.index} (${board.name}) tells no power`);
    const record: MeterRecord = {
      id: "nvidia-smi",
      source: `nvidia-smi:${counted.map((board) => board.uuid).join("+")}`,
      domain: "gpu",
      boundary: "gpu_board",
      grade: "B",
      period: tried.period,
      // Hundredths of a watt over one sample.
      quantum: 0.01 * EVERY,
      error: 0.1,
      shortest: 30,
      flags: [...flags, ...left, ...boardFlags(counted)],
    };
    return { works: true, record, open: () => openPowerProgram(host, record, programFor(counted, found.fields)) };
  },
};

function programFor(boards: readonly Board[], fields: PowerFields): PowerProgram {
  return {
    program: "nvidia-smi",
    args: [`--query-gpu=index,${fields.join(",")}`, FORMAT, "-lms", String(EVERY * 1_000)],
    parts: boards.map((board) => String(board.index)),
    every: EVERY,
    lag: 0,
    settling: settlingOf(boards),
    parser: () => (line) => {
      const [part = "", ...figures] = cellsOf(line);
      return /^\d+$/.test(part) ? { part, watts: firstFigure(figures) } : undefined;
    },
  };
}

const FORMAT = "--format=csv,noheader,nounits";

function cellsOf(line: string): string[] {
  return line.split(",").map((cell) => cell.trim());
}

/** The first cell that holds a figure: not "[N/A]", "[Not Supported]", "[Unknown Error]" or nothing. */
function firstFigure(cells: readonly string[]): Watts | undefined {
  const figure = cells.find((cell) => /^\d+(\.\d+)?$/.test(cell));
  return figure === undefined ? undefined : Number(figure);
}

/** The boards and what can be asked about them: an old driver refuses a whole query for one unknown field. */
async function findBoards(host: Host): Promise<{ boards: Board[]; fields: PowerFields } | { reason: string }> {
  let reason = "";
  for (const fields of POWER_FIELDS) {
    for (const mig of [["mig.mode.current"], []]) {
      const asked = ["index", "uuid", "name", "persistence_mode", ...mig, ...fields];
      try {
        const rows = (await host.run("nvidia-smi", [`--query-gpu=${asked.join(",")}`, FORMAT])).trim().split("\n");
        const boards = rows.flatMap((row) => boardIn(cellsOf(row), mig.length > 0));
        if (boards.length === 0) return { reason: `nvidia-smi shows no board: "${rows[0] ?? ""}"` };
        return { boards: await withProcesses(host, boards), fields };
      } catch (error) {
        reason = (error as Error).message;
        if (/not installed|did not answer/.test(reason)) return { reason };
      }
    }
  }
  return { reason };
}

function boardIn(cells: readonly string[], hasMig: boolean): Board[] {
  const [index = "", uuid = "", name = "", persistence = "", mig = ""] = cells;
  if (!/^\d+$/.test(index) || !uuid.startsWith("GPU-")) return [];
  return [
    present({
      index: Number(index),
      uuid,
      name,
      isPersistent: switched(persistence),
      isSliced: hasMig ? switched(mig) : undefined,
    }),
  ];
}

/** A switch as nvidia-smi writes it; undefined where the board has none. */
function switched(cell: string): boolean | undefined {
  if (/^(enabled|on)$/i.test(cell)) return true;
  return /^(disabled|off)$/i.test(cell) ? false : undefined;
}

async function withProcesses(host: Host, boards: readonly Board[]): Promise<Board[]> {
  let output: string;
  try {
    output = await host.run("nvidia-smi", ["--query-compute-apps=pid,gpu_uuid", FORMAT]);
  } catch {
    return [...boards];
  }
  const rows = output.trim().split("\n").map(cellsOf);
  return boards.map((board) => ({
    ...board,
    processes: rows.filter(([, uuid]) => uuid === board.uuid).map(([pid]) => Number(pid)),
  }));
}
