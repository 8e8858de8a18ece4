import path from "node:path";
import { Claim, ClaimsFile, type Pair } from "../claim.ts";
import { present } from "../present.ts";
import { claimProblems, schemaProblemsOf } from "./claimproblems.ts";
import { orderedJson, sha256 } from "./hash.ts";
import { failure, type KeyProblem } from "./task/problems.ts";
import { parseTaskYaml, readTaskYaml, type TaskYaml } from "./task/yaml.ts";

/** A file of claims as it was read: its bytes have a hash, and so has each claim in it. */
export interface RegisteredClaims {
  /** Its name without its folder. */
  readonly file: string;
  readonly text: string;
  readonly sha256: string;
  readonly claims: readonly Claim[];
}

/** Reads a file of claims. Throws a TaskFileError with every problem of it, each with its line. */
export function readClaims(file: string): RegisteredClaims {
  return registeredIn(readTaskYaml(file), file);
}

/** The same of a text; `file` names it in errors. */
export function parseClaims(text: string, file: string): RegisteredClaims {
  return registeredIn(parseTaskYaml(text, file), file);
}

function registeredIn(yaml: TaskYaml, file: string): RegisteredClaims {
  const { data, error } = ClaimsFile.safeParse(yaml.content);
  if (data === undefined) throw failure(yaml, schemaProblemsOf(error, yaml));
  const [, included] = yaml.texts;
  const problems: KeyProblem[] =
    included === undefined
      ? claimProblems(data)
      : [[["include"], "a run keeps its claims as one file: include nothing"]];
  if (problems.length > 0) throw failure(yaml, problems);
  return {
    file: path.basename(file),
    text: yaml.texts[0] as string,
    sha256: sha256(...yaml.texts),
    claims: data.claims.map((claim) => standing(claim, data)),
  };
}

/** A claim with what its file says for all of them. Its hash leaves out nothing that it says. */
function standing(
  { candidate, baseline, family, tasks = [], ...own }: ClaimsFile["claims"][number],
  { registered, alpha, settings }: ClaimsFile,
): Claim {
  // The schema lets no claim have neither.
  const pairs = family ?? [{ candidate, baseline } as Pair];
  const all = present({ registered, alpha, ...own, pairs, tasks, settings: { ...settings, ...own.settings } });
  return Claim.parse({ ...all, sha256: sha256(orderedJson(all)) });
}
