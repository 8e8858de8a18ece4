import { expect, test } from "vitest";
import { UsageError } from "./flags.ts";
import { type Commands, program } from "./program.ts";
import type { SizeFlags } from "./sizeflags.ts";

async function flags(...line: string[]): Promise<SizeFlags | undefined> {
  const given: SizeFlags[] = [];
  const size = async (one: SizeFlags): Promise<number> => {
    given.push(one);
    return 0;
  };
  await program(["size", ...line], { size } as unknown as Commands, "1.2.3");
  return given[0];
}

test("size without more than a difference has the usual power and alpha", async () => {
  expect(await flags("--difference", "0.05")).toEqual({ json: false, difference: 0.05, power: 0.8, alpha: 0.05 });
});

test("size is one-sided at 0.025 beside a margin, at a true difference that may be below 0", async () => {
  expect(await flags("--margin", "0.02", "--difference", "-0.01", "--json")).toEqual({
    json: true,
    margin: 0.02,
    difference: -0.01,
    power: 0.8,
    alpha: 0.025,
  });
});

test("size reads every flag, shares as they are stated and a run with what is taken from it", async () => {
  const stated = "--rates 0.8,0.75 --discordance 0.2 --only-a 0.1 --only-b 0.05 --power 0.9 --alpha 0.01";
  expect(await flags(...stated.split(" "))).toEqual({
    json: false,
    rates: [0.8, 0.75],
    discordance: 0.2,
    onlyA: 0.1,
    onlyB: 0.05,
    power: 0.9,
    alpha: 0.01,
  });
  expect(await flags("results/x", "--models", "a,b", "-t", "sums", "--task", "maximum")).toMatchObject({
    run: "results/x",
    models: ["a", "b"],
    tasks: ["sums", "maximum"],
  });
});

test.each([
  ["--difference 5", '--difference: "5" is not a number from -1 to 1'],
  ["--difference 5%", '--difference: "5%" is not a number'],
  ["--difference 0", "--difference: 0 is found with no number of questions"],
  ["--difference 0.1 --difference 0.2", "--difference: given more than once"],
  ["--margin 0", '--margin: "0" is not between 0 and 1'],
  ["--margin=-0.1", '--margin: "-0.1" is not a number from 0 to 1'],
  ["--margin 0.02 --difference=-0.02", "worse than B by 0.02 or more: no number of questions"],
  ["--rates 0.8", '--rates: "0.8" is not A,B'],
  ["--rates 0.8,0.7,0.6", '--rates: "0.8,0.7,0.6" is not A,B'],
  ["--rates 0.8,1.2", '--rates: "1.2" is not a number from 0 to 1'],
  ["--rates 0.8,-0.2", '--rates: "-0.2" is not a number from 0 to 1'],
  ["--discordance 1.5", '--discordance: "1.5" is not a number from 0 to 1'],
  ["--power 1", '--power: "1" is not between 0 and 1'],
  ["--power 0.04", "--power: 0.04 is no more than alpha, 0.05"],
  ["--alpha 0", '--alpha: "0" is not between 0 and 1'],
  ["--alpha 0.5", '--alpha: "0.5" is not below 0.5'],
  ["run --rates 0.8,0.7 --only-a 0.1", '--rates, --only-a: the run "run" says it itself'],
  ["--models a,b --difference 0.1", "--models: needs a run to take it from"],
  ["--task x --difference 0.1", "--task: needs a run to take it from"],
])("size refuses %s as a mistake of usage", async (line, message) => {
  const failing = flags(...line.split(" "));
  await expect(failing).rejects.toThrow(UsageError);
  await expect(failing).rejects.toThrow(message);
});
