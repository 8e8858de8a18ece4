import type { Claim } from "../claim.ts";
import { parseClaims } from "./claims.ts";

/** A claim as a file has it, with nothing that could be left out: the mixture of experts takes at most half of the joules. */
export const HALF = {
  id: "half",
  text: "It takes half of the energy.",
  source: "A test.",
  candidate: "pocket-moe-8x2",
  baseline: "pocket-dense-l",
  tasks: ["addition"],
  expect: [{ ratio: "energy_per_answer", at_most: 0.5 }] as readonly object[],
};

/** A file with claims that are this one but for what is given of each; JSON is YAML. */
export function textOf(claims: readonly object[] = [{}], file: object = {}): string {
  const whole = claims.map((claim) => Object.assign({}, HALF, claim));
  return JSON.stringify({ registered: "2026-11-23", ...file, claims: whole });
}

/** The claims of such a file. */
export function claimsOf(claims: readonly object[] = [{}], file: object = {}): readonly Claim[] {
  return parseClaims(textOf(claims, file), "claims.yaml").claims;
}

export const claimOf = (claim: object = {}, file: object = {}): Claim => claimsOf([claim], file)[0] as Claim;
