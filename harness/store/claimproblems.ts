import { z } from "zod";
import {
  Asked,
  ClaimSettings,
  ClaimsFile,
  Expectation,
  isDeclared,
  kindOf,
  type Measure,
  Pair,
  type Side,
} from "../claim.ts";
import { orderedJson } from "./hash.ts";
import { type KeyProblem, schemaProblems } from "./task/problems.ts";
import type { Keys, TaskYaml } from "./task/yaml.ts";

/** What the schema found of a file of claims, in words for its author. */
export function schemaProblemsOf({ issues }: z.ZodError, yaml: TaskYaml): KeyProblem[] {
  return schemaProblems(new z.ZodError(issues.flatMap(meant)), yaml, keysOf);
}

/** What the keys of a map may be, by the key that it stands at. */
function keysOf(above: Keys): readonly string[] {
  const at = above.findLast((key): key is string => typeof key === "string");
  const maps: Readonly<Record<string, z.ZodObject>> = {
    claims: ClaimsFile.shape.claims.element,
    family: Pair,
    candidate: Asked,
    baseline: Asked,
    settings: ClaimSettings,
    expect: Expectation,
  };
  return Object.keys((at === undefined ? ClaimsFile : maps[at])?.shape ?? {});
}

/** Of a side that is of no kind: what is wrong with the one whose keys it has, where there is one. */
function meant(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const inside = issue.errors.find((issues) => issues.every(({ path }) => path.length > 0));
  return inside?.map((one) => Object.assign({}, one, { path: [...issue.path, ...one.path] })) ?? [issue];
}

/** What a schema does not see: names that stand twice, sides that are one, and measures of which the sides have none. */
export function claimProblems({ claims, settings }: ClaimsFile): KeyProblem[] {
  const ids = claims.map(({ id }) => id);
  return claims.flatMap(({ id, candidate, baseline, family, tasks, expect, settings: own }, i): KeyProblem[] => {
    const at = ["claims", i];
    const twice: KeyProblem[] = ids.indexOf(id) < i ? [[[...at, "id"], `two claims are called "${id}"`]] : [];
    // The schema lets no claim have neither.
    const pairs = family ?? [{ candidate, baseline } as Pair];
    const unfit = pairs.flatMap((pair, k) => {
      const where = [...at, ...(family ? ["family", k] : ["candidate"])];
      return pairProblem(pair, { ...settings, ...own }).map((text): KeyProblem => [where, text]);
    });
    const kinds = new Set(pairs.map((pair) => kindOf(pair.candidate)));
    const mixed: KeyProblem[] =
      kinds.size > 1
        ? [[[...at, "family"], `its pairs are of unlike kinds (${[...kinds].join(", ")}): make claims of their own`]]
        : [];
    const asksModels = pairs.some((pair) => kindOf(pair.candidate) === "model");
    const lacking: KeyProblem[] =
      asksModels && tasks === undefined && expect.some(({ ratio }) => !isDeclared(ratio))
        ? [[at, `missing key "tasks": what the models of "${id}" are asked`]]
        : [];
    const again = (tasks ?? []).flatMap((task, k): KeyProblem[] =>
      (tasks ?? []).indexOf(task) < k
        ? [[[...at, "tasks", k], `"${task}" is named twice: its questions would count twice`]]
        : [],
    );
    const unlike = expect.flatMap((expectation, k) =>
      expectationProblem(expectation, pairs).map((text): KeyProblem => [[...at, "expect", k], text]),
    );
    return [...twice, ...mixed, ...unfit, ...lacking, ...again, ...unlike];
  });
}

/** A price is set beside a price, a model beside a model, and nothing beside itself. */
function pairProblem({ candidate, baseline }: Pair, settings: ClaimSettings): string[] {
  const [one, other] = [kindOf(candidate), kindOf(baseline)];
  if (one !== other) return [`a ${one} and a ${other} cannot be compared`];
  const whole = (side: Side): string => orderedJson("model" in side ? { ...settings, ...side } : side);
  return whole(candidate) === whole(baseline) ? ["candidate and baseline are the same"] : [];
}

function expectationProblem({ ratio, scenario }: Expectation, pairs: readonly Pair[]): string[] {
  const kinds = [...new Set(pairs.map(({ candidate }) => kindOf(candidate)))];
  const unfit = kinds.filter((kind) => !isOf(ratio, kind));
  const isPaid = ratio === "usd_per_answer" || ratio === "usd_per_correct";
  return [
    ...unfit.map((kind) => `"${ratio ?? "accuracy"}" cannot be had of a ${kind}`),
    ...(scenario !== undefined && !isPaid
      ? [`"scenario" is of what is paid in dollars, not of "${ratio ?? "accuracy"}"`]
      : []),
  ];
}

/** Whether a side of this kind has such a measure. What a correct answer costs is asked of prices too, and said to be unknown. */
function isOf(ratio: Measure | undefined, kind: ReturnType<typeof kindOf>): boolean {
  switch (kind) {
    case "price":
      return ratio === "list_price" || ratio === "usd_per_correct";
    case "reference":
      return ratio === "published_energy";
    case "model":
      return ratio !== "list_price" && ratio !== "published_energy";
  }
}
