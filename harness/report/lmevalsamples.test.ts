import { describe, expect, test } from "vitest";
import { CHOICES, GROUP, held, question, samplesOf, SUMS, type Told, written } from "./lmeval.support.ts";
import { hashString } from "./lmevalsamples.ts";
import { definition } from "./run.support.ts";

/** `SampleResult` of lm-eval's `result_schema.py`. */
const KEYS = "doc_id doc target arguments resps filtered_resps filter metrics doc_hash prompt_hash target_hash".split(
  " ",
);

const only = (task: object, ...asked: Told["asked"]): Told => ({
  definition: definition({ task: "only", ...task }),
  asked,
});

/** Of the third question of `SUMS`. */
const HASHES = {
  doc_hash: "7a32a4718c0bb0394eb26bb93dc571b7749c2f8a291a3f808131b8f4092b9e47",
  prompt_hash: "482bb5cb2720267c78133de32b5db37b2c24e85b40e3b90367b6690ba47c5ef4",
  target_hash: "9476a3177ee20e8deda92923f1c361e193d04e9b53f1eab35579ce5a94720872",
};

describe("lmEvalSamples", () => {
  test("has lm-eval's keys in its order, then the metrics", () => {
    expect(samplesOf("sums", [SUMS]).map((sample) => Object.keys(sample))).toEqual(
      Array.from({ length: 6 }, () => [...KEYS, "exact_match", "numeric"]),
    );
  });

  test("goes through the questions filter by filter", () => {
    const samples = samplesOf("sums", [SUMS]);
    expect(
      samples.map(({ doc_id, filter, filtered_resps, exact_match }) => [doc_id, filter, filtered_resps, exact_match]),
    ).toEqual([
      [0, "strict", ["4"], 1],
      [1, "strict", ["[invalid]"], 0],
      [2, "strict", ["[invalid]"], 0],
      [0, "flexible", ["4"], 1],
      [1, "flexible", ["5"], 1],
      [2, "flexible", ["[invalid]"], 0],
    ]);
  });

  test("asks for a text with a prompt and how to write", () => {
    const [sample] = samplesOf("sums", [SUMS]);
    expect(sample).toMatchObject({
      doc: { id: "a", prompt: "2 + 2?", target: "4" },
      arguments: {
        gen_args_0: { arg_0: "2 + 2?", arg_1: { until: ["\n"], max_gen_toks: 32, temperature: 0, do_sample: false } },
      },
      resps: [["That is 4."]],
      metrics: ["exact_match", "numeric"],
    });
  });

  test("writes several references as Python's list", () => {
    expect(samplesOf("sums", [SUMS])[2]?.target).toBe(`['7', "it's 7"]`);
    const asked = [
      question("0", "x", "0", { targets: ["0", "2"], choices: [" a", " b", " c"] }),
      held(-1, -2, -3),
    ] as const;
    expect(samplesOf("only", [only({ output_type: "multiple_choice" }, asked)])[0]?.target).toBe("[0, 2]");
  });

  test("hashes what it holds with SHA-256", () => {
    // Python: hashlib.sha256(json.dumps(doc, indent=2, ensure_ascii=False).encode()).hexdigest(), and of the texts alone.
    expect(samplesOf("sums", [SUMS])[2]).toMatchObject(HASHES);
    expect(hashString("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  test("writes likelihoods as Python's texts, with one request a choice", () => {
    expect(samplesOf("sky", [CHOICES])[1]).toMatchObject({
      target: "1",
      arguments: {
        gen_args_0: { arg_0: "Blood is", arg_1: " blue" },
        gen_args_1: { arg_0: "Blood is", arg_1: " red" },
      },
      resps: [[["-0.25", "False"]], [["-1e-07", "True"]]],
      filtered_resps: [
        ["-0.25", "False"],
        ["-1e-07", "True"],
      ],
      filter: "none",
      acc: 1,
      acc_norm: 1,
    });
    expect(samplesOf("sky", [CHOICES])[0]?.resps).toEqual([[["-1.0", "True"]], [["-2.5", "False"]]]);
  });

  test("puts a choice that is a context into the prompt", () => {
    const asked = question("0", "In short: ", "1", { contexts: ["he", "she"], choices: [" ran", " ran"] });
    const [sample] = samplesOf("only", [only({ output_type: "multiple_choice" }, [asked, held(-1, -2)])]);
    expect(sample?.arguments).toEqual({
      gen_args_0: { arg_0: "In short: he", arg_1: " ran" },
      gen_args_1: { arg_0: "In short: she", arg_1: " ran" },
    });
    expect(sample?.prompt_hash).toBe(hashString("In short: he"));
  });

  test("asks for choices after nothing where a metric does", () => {
    const asked = question("0", "x", "0", { choices: [" a", " b"], unconditional: true });
    const output = held(-1, -2);
    if (output.type === "likelihoods")
      for (const choice of output.choices) choice.unconditional = choice.log_likelihood - 1;
    const task = only({ output_type: "multiple_choice", metric_list: [{ metric: "acc_mutual_info" }] }, [
      asked,
      output,
    ]);
    expect(samplesOf("only", [task])[0]).toMatchObject({
      arguments: { gen_args_2: { arg_0: "", arg_1: " a" }, gen_args_3: { arg_0: "", arg_1: " b" } },
      resps: [[["-1.0", "True"]], [["-2.0", "False"]], [["-2.0", "None"]], [["-3.0", "None"]]],
      acc_mutual_info: 1,
    });
  });

  test("writes the likelihood of a whole text alone, and the words it is spread over", () => {
    const task = { output_type: "loglikelihood_rolling", metric_list: [{ metric: "word_perplexity" }] };
    expect(
      samplesOf("only", [only(task, [question("0", "", "two words", { rolling: true }), held(-12)])])[0],
    ).toMatchObject({
      target: "two words",
      arguments: { gen_args_0: { arg_0: "two words" } },
      resps: [["-12.0"]],
      filtered_resps: ["-12.0"],
      word_perplexity: [-12, 2],
      prompt_hash: hashString("two words"),
    });
  });

  test("keeps all repeats of a question in one sample, a failed one as wrong", () => {
    const task = only({}, [question("0", "x", "yes"), written("yes"), undefined, written("no"), written("yes")]);
    expect(samplesOf("only", [task])).toMatchObject([
      { resps: [["yes", "no", "yes"]], filtered_resps: [["yes", "no", "yes"]], exact_match: 0.5 },
    ]);
  });

  test("gives a failed question no response, and what it counts for", () => {
    expect(samplesOf("sky", [CHOICES])[2]).toMatchObject({ resps: [[], []], filtered_resps: [], acc: 0, acc_norm: 0 });
  });

  test("gives no value of a task that nothing was answered of", () => {
    const [sample] = samplesOf("only", [only({}, [question("0", "x", "yes"), undefined])]);
    expect(sample).toMatchObject({ metrics: [], resps: [[]] });
    expect(sample).not.toHaveProperty("exact_match");
  });

  test("counts the questions of each task of a group from 0", () => {
    expect(samplesOf("biology", [GROUP]).map(({ doc_id, doc }) => [doc_id, doc.id])).toEqual([[0, "biology/0"]]);
    expect(samplesOf("history", [GROUP]).map(({ doc_id, doc }) => [doc_id, doc.id])).toEqual([
      [0, "history/0"],
      [1, "history/1"],
    ]);
  });
});
