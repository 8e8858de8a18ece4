import path from "node:path";
import { type Claim, type ClaimSettings, isDeclared, type Side } from "../claim.ts";
import type { PriceRow } from "../cost/price.ts";
import { scenariosNamed } from "../cost/scenario.ts";
import { present } from "../present.ts";
import { isWanted, type WantedCell, wantedCells, wantedOf } from "../report/claimcells.ts";
import { decomposed } from "../report/claimprices.ts";
import type { Report } from "../report/derive.ts";
import type { Plan } from "../run.ts";
import { ROOT } from "../store/root.ts";
import { type CheckedPlan, checkPlan, only } from "./checkplan.ts";

/** Claims whose cells stand side by side in one run. */
export interface ClaimRun {
  readonly claims: readonly Claim[];
  readonly checked: CheckedPlan;
}

/**
 * Runs for claims that have none: those that are put their questions in one way share one, so that a model is run once for all
 * of them. Everything that they name is checked before anything runs.
 */
export async function claimRuns(
  claims: readonly Claim[],
  more: Partial<Plan>,
  onNote?: (note: string) => void,
): Promise<ClaimRun[]> {
  const groups = new Map<string, Claim[]>();
  for (const claim of claims) {
    if (wantedCells(claim).length === 0) continue;
    const key = JSON.stringify([shared(claim.settings), lowerings([claim]).includes("auto"), claim.tasks.toSorted()]);
    groups.set(key, [...(groups.get(key) ?? []), claim]);
  }
  const runs: ClaimRun[] = [];
  for (const group of groups.values()) {
    const checked = await checkPlan({ ...planOf(group), ...more }, onNote);
    for (const claim of group) requireCells(claim, checked);
    const wanted = group.flatMap(wantedCells);
    runs.push({ claims: group, checked: only(checked, (cell) => wanted.some((one) => isWanted(one, cell))) });
  }
  return runs;
}

/** Each side of a pair needs a cell on each task, and the two not the same one. */
function requireCells(claim: Claim, { cells, tasks }: CheckedPlan): void {
  const cellOf = (side: Side, task: string): string => {
    const wanted = wantedOf(side, task, claim) as WantedCell;
    const cell = cells.find((one) => isWanted(wanted, one));
    if (cell !== undefined) return cell.key;
    const { model, solver } = wanted;
    throw new Error(
      tasks.has(wanted.task)
        ? `claim "${claim.id}": no cell puts "${wanted.task}" to "${model}" with solver ${solver}; a task of choices is asked directly, and so are random weights`
        : `claim "${claim.id}": "${task}" gives no task of that name, but ${[...tasks.keys()].join(", ")}; name a group's tasks one by one, and a file or folder like its task`,
    );
  };
  for (const { candidate, baseline } of claim.pairs) {
    for (const task of claim.tasks) {
      const key = cellOf(candidate, task);
      if (key === cellOf(baseline, task))
        throw new Error(`claim "${claim.id}": candidate and baseline are the same cell, "${key}"`);
    }
  }
}

/** Settings that all cells of a run have in common, as its plan has them. */
function shared({
  device: _d,
  threads: _t,
  precision: _p,
  lowering: _l,
  solver: _s,
  ...rest
}: ClaimSettings): Partial<Plan> {
  return present(rest);
}

function planOf(claims: readonly Claim[]): Partial<Plan> {
  const [{ settings }] = claims as readonly [Claim];
  const wanted = claims.flatMap(wantedCells);
  const every = <T>(of: (cell: (typeof wanted)[number]) => T): T[] => [...new Set(wanted.map(of))];
  const models = claims.flatMap(({ pairs }) => pairs.flatMap(({ candidate, baseline }) => [candidate, baseline]));
  return {
    ...shared(settings),
    models: [...new Set(models.flatMap((side) => ("model" in side ? side.model : [])))],
    tasks: [...new Set(claims.flatMap(({ tasks }) => tasks))],
    device: every(({ device }) => device),
    threads: every(({ threads }) => threads),
    precision: every(({ precision }) => precision) as Plan["precision"],
    lowering: lowerings(claims) as Plan["lowering"],
    solver: every(({ solver }) => solver),
  };
}

/** Where some are named, `auto` is any of them. */
function lowerings(claims: readonly Claim[]): string[] {
  const all = [...new Set(claims.flatMap((claim) => wantedCells(claim).map(({ lowering }) => lowering)))];
  const named = all.filter((lowering) => lowering !== "auto");
  return named.length > 0 ? named : all;
}

/**
 * The first of these runs that finished with all of a claim's cells, under its settings; or what each lacks. One that was made for it goes
 * before others that have its cells by chance: only by that one it was registered.
 */
export function runWithCells(claim: Claim, reports: readonly Report[]): Report | { readonly missing: string } {
  const wanted = wantedCells(claim);
  const lacks: string[] = [];
  const isOwn = ({ run }: Report): boolean => run.claims?.claims[claim.id] === claim.sha256;
  for (const report of [...reports.filter(isOwn), ...reports.filter((one) => !isOwn(one))]) {
    const { id, state, plan } = report.run;
    const absent = wanted.find((one) => !report.cells.some(({ cell }) => isWanted(one, cell)));
    const lack =
      state === "finished"
        ? (unlikeSetting(claim, plan) ??
          unlikeModel(claim, report.run) ??
          (absent && `has no cell of ${absent.model} on ${absent.task} as the claim wants it`))
        : "did not finish";
    if (lack === undefined) return report;
    lacks.push(`${id} ${lack}`);
  }
  return { missing: lacks.length === 0 ? "no run was made for it" : lacks.join("; ") };
}

/** A model of the same name in another folder is another model. */
function unlikeModel(claim: Claim, { models }: Report["run"]): string | undefined {
  const names = claim.pairs.flatMap(({ candidate, baseline }) =>
    [candidate, baseline].flatMap((side) => ("model" in side ? side.model : [])),
  );
  const unlike = names.find((name) => {
    const id = path.basename(path.resolve(name));
    const record = Object.hasOwn(models, id) ? models[id] : undefined;
    return record !== undefined && name !== id && path.resolve(ROOT, record.folder) !== path.resolve(name);
  });
  return unlike && `was made with another "${path.basename(unlike)}" than the one in "${unlike}"`;
}

/** Of the settings that change what is asked and how: a claim is about these and no others. */
function unlikeSetting({ settings }: Claim, plan: Plan): string | undefined {
  const wanted = shared(settings);
  const keys = ["limit", "num_fewshot", "fewshot_seed", "data", "depth", "trials", "warmup"] as const;
  const usual: Partial<Plan> = { trials: 1, warmup: 3 };
  const key = keys.find((one) => JSON.stringify(wanted[one] ?? usual[one]) !== JSON.stringify(plan[one] ?? usual[one]));
  const shown = (value: unknown): string => (value === undefined ? `no ${key}` : `${key} ${JSON.stringify(value)}`);
  return key && `was made with ${shown(plan[key])}, and the claim wants ${shown(wanted[key] ?? usual[key])}`;
}

/** Throws where a claim names a price, a published figure or a scenario that the books do not have. */
export function requirePrices(claims: readonly Claim[], books: readonly PriceRow[]): void {
  for (const { id, pairs, expect } of claims) {
    for (const expectation of expect) {
      const { scenario } = expectation;
      if (scenario !== undefined && scenariosNamed(scenario, books, {}).length === 0)
        throw new Error(`claim "${id}": no price is called "${scenario}"; \`perjoule prices ls\` lists them`);
      for (const pair of pairs) {
        if (!isDeclared(expectation.ratio) && !("model" in pair.candidate)) decomposed(pair, expectation, books);
      }
    }
  }
}
