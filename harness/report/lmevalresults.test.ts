import { describe, expect, test } from "vitest";
import { CHOICES, GROUP, held, question, resultsOf, SUMS, type Told, written } from "./lmeval.support.ts";
import { sanitizedModel } from "./lmevalresults.ts";
import { definition } from "./run.support.ts";

/** Keys that lm-eval 0.4.13 may write (`EvalResults`, `_EvalConfig` and `_SampleCount` of `lm_eval/result_schema.py`). */
const TOP =
  "results groups group_subtasks configs versions n-shot higher_is_better n-samples samples config git_hash date pretty_env_info transformers_version lm_eval_version upper_git_hash tokenizer_pad_token tokenizer_eos_token tokenizer_bos_token eot_token_id max_length model_source model_name model_name_sanitized system_instruction system_instruction_sha fewshot_as_multiturn chat_template chat_template_sha task_hashes total_evaluation_time_seconds";
const CONFIG =
  "model model_args model_num_parameters model_dtype model_revision model_sha batch_size batch_sizes device use_cache limit bootstrap_iters gen_kwargs random_seed numpy_seed torch_seed fewshot_seed";
/** Of those, what only a run of lm-eval itself knows, or only where a model tells. */
const UNKNOWN =
  "samples git_hash pretty_env_info transformers_version lm_eval_version upper_git_hash tokenizer_pad_token tokenizer_eos_token tokenizer_bos_token eot_token_id max_length";
const UNKNOWN_CONFIG = "model_num_parameters model_revision model_sha bootstrap_iters numpy_seed torch_seed";

const without = (keys: string, left: string): string[] =>
  keys
    .split(" ")
    .filter((key) => !left.split(" ").includes(key))
    .toSorted();

const one = (told: Partial<Told>): Told => ({ ...CHOICES, ...told });

describe("lmEvalResults", () => {
  test("has every key of lm-eval's that it can know, and no other", () => {
    const results = resultsOf([SUMS, GROUP]);
    expect(Object.keys(results).toSorted()).toEqual(without(TOP, UNKNOWN));
    expect(Object.keys(results["config"] as object).toSorted()).toEqual(without(CONFIG, UNKNOWN_CONFIG));
  });

  test("spells figures as metric,filter with their standard errors", () => {
    expect(resultsOf([SUMS])["results"]).toEqual({
      sums: {
        name: "sums",
        alias: "Sums",
        sample_len: 3,
        "exact_match,strict": 1 / 3,
        "exact_match_stderr,strict": expect.closeTo(1 / 3, 12) as number,
        "exact_match,flexible": 2 / 3,
        "exact_match_stderr,flexible": expect.closeTo(1 / 3, 12) as number,
        "numeric,strict": 1 / 3,
        "numeric_stderr,strict": expect.closeTo(1 / 3, 12) as number,
        "numeric,flexible": 2 / 3,
        "numeric_stderr,flexible": expect.closeTo(1 / 3, 12) as number,
      },
    });
  });

  test("writes N/A for a standard error that one question cannot have", () => {
    const [asked] = CHOICES.asked;
    expect(resultsOf([one({ asked: [asked as Told["asked"][number]] })])["results"]).toMatchObject({
      sky: { "acc,none": 1, "acc_stderr,none": "N/A", "acc_norm,none": 1, "acc_norm_stderr,none": "N/A" },
    });
  });

  test("calls the probability of right choices acc, unless there is an acc", () => {
    const metrics = (...list: string[]) =>
      one({
        definition: definition({
          task: "sky",
          output_type: "multiple_choice",
          metric_list: list.map((metric) => ({ metric })),
        }),
        asked: [[question("0", "The sky is", "0", { choices: [" blue", " red"] }), held(0, 0)]],
      });
    expect(resultsOf([metrics("probability_mass")])).toMatchObject({
      results: { sky: { "acc,none": 0.5 } },
      higher_is_better: { sky: { acc: true } },
    });
    expect(resultsOf([metrics("probability_mass", "acc")])).toMatchObject({
      results: { sky: { "probability_mass,none": 0.5, "acc,none": 1 } },
    });
  });

  test("has a group, the groups in it and its tasks apart", () => {
    const { results, groups, ...others } = resultsOf([GROUP]) as Record<string, Record<string, object>>;
    expect(Object.keys(results as object)).toEqual(["all", "science", "physics", "biology", "history"]);
    expect(groups).toEqual({ all: results?.["all"], science: results?.["science"] });
    expect(results).toMatchObject({
      physics: { alias: "physics", sample_len: 2, "exact_match,none": 0.5, "numeric,none": 0 },
      history: { "exact_match,none": 0 },
    });
    expect(Object.keys(results?.["physics"] as object)).not.toContain("sample_count");
    expect(groups?.["all"]).toEqual({
      name: "all",
      alias: "all",
      sample_len: 5,
      sample_count: { "exact_match,none": 5 },
      "exact_match,none": 0.4,
      // Biology has one question, whose error nobody knows.
      "exact_match_stderr,none": "N/A",
    });
    expect(others).toMatchObject({
      group_subtasks: { all: ["science", "history"], science: ["physics", "biology"] },
      versions: { all: 1, science: null, physics: null, biology: null, history: null },
      higher_is_better: { all: { exact_match: true }, physics: { exact_match: true, numeric: true } },
      "n-samples": {
        physics: { original: 2, effective: 2 },
        biology: { original: 1, effective: 1 },
        history: { original: 2, effective: 2 },
      },
    });
    expect(Object.keys(others["n-samples"] as object)).toEqual(["physics", "biology", "history"]);
  });

  test("does not know how many questions there are where a limit cut them off", () => {
    expect(resultsOf([SUMS], [{}], { limit: 3 })).toMatchObject({
      "n-samples": { sums: { original: null, effective: 3 } },
      config: { limit: 3 },
    });
    expect(resultsOf([SUMS], [{}], { limit: 4 })).toMatchObject({
      "n-samples": { sums: { original: 3, effective: 3 } },
    });
  });

  test("leaves out a metric without a figure", () => {
    const asked: Told["asked"] = [
      [question("0", "x", "y", { choices: [" y"] }), held(-2)],
      [question("1", "x", "y", { choices: [" y"] }), undefined],
    ];
    const { results } = resultsOf([
      one({ definition: definition({ task: "sky", output_type: "loglikelihood", metric_list: undefined }), asked }),
    ]);
    // A perplexity of half the questions would say nothing; half of the credit is a fact.
    expect(results).toEqual({
      sky: { name: "sky", alias: "sky", sample_len: 2, "acc,none": 0.5, "acc_stderr,none": 0.5 },
    });
  });

  test("says what ran and when", () => {
    expect(
      resultsOf([SUMS], [{ model: "org/m", device: "webgpu", threads: 2, precision: "int8", lowering: "rows" }]),
    ).toMatchObject({
      config: {
        model: "perjoule",
        model_args: { pretrained: "org/m", precision: "int8", threads: 2, lowering: "rows" },
        model_dtype: "int8",
        batch_size: "1",
        device: "webgpu",
        limit: null,
        random_seed: 42,
        fewshot_seed: 1234,
      },
      date: 1_795_405_500,
      model_name: "org/m",
      model_name_sanitized: "org__m",
      total_evaluation_time_seconds: "12.5",
      "n-shot": { sums: 2 },
      versions: { sums: 3 },
    });
  });

  test("gives no time of one model where others took turns", () => {
    expect(resultsOf([SUMS], [{}, { model: "b" }])["total_evaluation_time_seconds"]).toBeNull();
  });

  test("has no groups where there are none", () => {
    expect(
      resultsOf([{ ...GROUP, asked: [[question("0", "x", "yes"), written("yes")]], more: {} }]),
    ).not.toHaveProperty("groups");
  });
});

test("sanitizedModel is lm-eval's: a run of characters that no file name may have is two underscores", () => {
  expect(sanitizedModel('org/na"<m>e:|x[1]?*\\')).toBe("org__na__m__e__x__1__");
});
