import { describe, expect, test } from "vitest";
import { METRICS, MetricName, type OutputType } from "../metric.ts";
import type { Output } from "../observation.ts";
import { type Metric, type Question, TaskDefinition } from "../task.ts";
import { extractedOf, judge, scoreOf, type Score } from "./score.ts";

const definition = (more: object = {}): TaskDefinition =>
  TaskDefinition.parse({
    task: "t",
    dataset_path: "json",
    dataset_kwargs: { data_files: "t.jsonl" },
    output_type: "generate_until",
    doc_to_text: "q",
    doc_to_target: "a",
    metric_list: [{ metric: "exact_match" }],
    metadata: { version: 1 },
    ...more,
  });
const choice = definition({ output_type: "multiple_choice", doc_to_choice: "c", metric_list: [{ metric: "acc" }] });
const continuation = definition({ output_type: "loglikelihood", metric_list: undefined });
const rolling = definition({ output_type: "loglikelihood_rolling", metric_list: undefined });
const question = (target: string, more: Partial<Question> = {}): Question => ({
  id: "1",
  prompt: "p",
  target,
  ...more,
});
const wrote = (text: string): Output => ({ type: "generation", text, tokens: [1], finish: "stop" });
const held = (...logLikelihoods: number[]): Output => ({
  type: "likelihoods",
  choices: logLikelihoods.map((log_likelihood) => ({ log_likelihood, tokens: 3, greedy: false })),
});
const greedily: Output = { type: "likelihoods", choices: [{ log_likelihood: -0.5, tokens: 1, greedy: true }] };
const scored = (metric: MetricName, task: TaskDefinition, asked: Question, output: Output): Score | undefined =>
  scoreOf({ metric }, task, asked, output, "");

describe("judge exact_match", () => {
  test("is equality of the whole filtered text", () => {
    expect(judge(definition(), question("12"), wrote("12"))).toEqual({ extracted: "12", credit: 1 });
    expect(judge(definition(), question("12"), wrote("12 "))).toEqual({ extracted: "12 ", credit: 0 });
    expect(judge(definition(), question("12"), wrote("120")).credit).toBe(0);
  });

  test("keeps the extracted answer, not the text", () => {
    const filter_list = [{ name: "n", filter: [{ function: "regex", regex_pattern: "([0-9]+)" }] }];
    expect(judge(definition({ filter_list }), question("12"), wrote("it is 12, I think"))).toEqual({
      extracted: "12",
      credit: 1,
    });
  });

  test("minds case unless the task says otherwise, and shows the answer as it was written", () => {
    const folding = definition({ metric_list: [{ metric: "exact_match", ignore_case: true }] });
    expect(judge(definition(), question("Paris"), wrote("paris")).credit).toBe(0);
    expect(judge(folding, question("Paris"), wrote("pARIS"))).toEqual({ extracted: "pARIS", credit: 1 });
  });

  test("gives nothing for an empty answer", () => {
    expect(judge(definition(), question("12"), wrote(""))).toEqual({ extracted: "", credit: 0 });
  });

  test("takes any of several references, of which the first alone is the target", () => {
    const asked = question("Paris", { targets: ["Paris", "Paname"] });
    expect(judge(definition(), asked, wrote("Paname")).credit).toBe(1);
    expect(judge(definition(), asked, wrote("Lyon")).credit).toBe(0);
  });

  test("gives every repeat the vote of all", () => {
    const filter_list = [{ name: "maj", filter: [{ function: "majority_vote" }, { function: "take_first" }] }];
    const siblings = [wrote("5"), wrote("6"), wrote("6")];
    const [first] = siblings as [Output];
    const voting = definition({ filter_list });
    expect(judge(voting, question("6"), first, siblings)).toEqual({ extracted: "6", credit: 1 });
    expect(judge(voting, question("6"), first)).toEqual({ extracted: "5", credit: 0 });
    expect(() => judge(voting, question("6"), wrote("5"), siblings)).toThrow("not among its siblings");
  });
});

describe("judge acc", () => {
  test("takes the largest log-likelihood", () => {
    expect(judge(choice, question("2"), held(-9, -3, -0.5, -4))).toEqual({ extracted: "2", credit: 1 });
    expect(judge(choice, question("0"), held(-9, -3, -0.5, -4))).toEqual({ extracted: "2", credit: 0 });
  });

  test("takes the first of equals, as numpy's argmax", () => {
    expect(judge(choice, question("1"), held(-2, -1, -1)).extracted).toBe("1");
    expect(judge(choice, question("2"), held(-2, -1, -1)).credit).toBe(0);
  });

  test("knows the tenth choice", () => {
    expect(judge(choice, question("10"), held(...Array.from({ length: 11 }, (_, i) => i - 20))).credit).toBe(1);
  });

  test("takes any of several right ones", () => {
    expect(judge(choice, question("0", { targets: ["0", "2"] }), held(-9, -3, -0.5)).credit).toBe(1);
  });

  test("does not take a target that is no index for the first choice", () => {
    expect(judge(choice, question(""), held(-1, -2)).credit).toBe(0);
  });

  test("of one continuation is whether it was greedy", () => {
    expect(judge(continuation, question("x"), greedily)).toEqual({ extracted: "true", credit: 1 });
    expect(judge(continuation, question("x"), held(-0.1))).toEqual({ extracted: "false", credit: 0 });
  });
});

describe("judge", () => {
  test("shows the choice that the credit is of", () => {
    const byLength = definition({
      output_type: "multiple_choice",
      doc_to_choice: "c",
      metric_list: [{ metric: "brier_score" }, { metric: "acc_norm" }, { metric: "acc" }],
    });
    // -1 / 1 and -1.5 / 3: the likeliest is not the one that is taken.
    const asked = question("1", { choices: [" a", " abc"] });
    expect(judge(byLength, asked, held(-1, -1.5))).toEqual({ extracted: "1", credit: 1 });
    expect(judge(choice, asked, held(-1, -1.5))).toEqual({ extracted: "0", credit: 0 });
  });

  test("gives no credit where the task has no metric that does", () => {
    expect(judge(rolling, question("a text"), held(-9))).toEqual({ extracted: "" });
    expect(judge(definition({ metric_list: [{ metric: "bypass" }] }), question("12"), wrote("12"))).toEqual({
      extracted: "12",
    });
  });
});

describe("extractedOf a vote", () => {
  const voted = (...texts: string[]): Output => {
    const drafts = texts.map((text) => ({ text, tokens: [1], finish: "stop" as const }));
    return { type: "generation", ...(drafts[0] as (typeof drafts)[0]), drafts };
  };
  const digits = [{ function: "regex", regex_pattern: "([0-9]+)", group_select: 0, fallback: "?" } as const];

  test("is what the filters leave of most drafts", () => {
    // Of the texts as they are no two agree.
    const output = voted("it is 5", "6", "so 6.", "5 or 6", "= 6");
    expect(extractedOf(definition(), digits, output)).toBe("6");
    expect(extractedOf(definition(), [], output)).toBe("it is 5");
  });

  test("is the first of equally frequent ones", () => {
    expect(extractedOf(definition(), digits, voted("9", "4", "4", "9"))).toBe("9");
    expect(extractedOf(definition(), digits, voted("1", "2", "3"))).toBe("1");
  });

  test("earns what the elected answer is worth", () => {
    const filter_list = [{ name: "n", filter: [{ function: "regex", regex_pattern: "([0-9]+)" }] }];
    expect(judge(definition({ filter_list }), question("6"), voted("5", "6.", "6!"))).toEqual({
      extracted: "6",
      credit: 1,
    });
  });

  test("has all drafts of all repeats vote where the task's filters vote too", () => {
    const [one, two] = [voted("5", "5", "6"), voted("6", "6", "5", "6")];
    const vote = [...digits, { function: "majority_vote" } as const];
    expect([one, two].map((each) => extractedOf(definition(), vote, each, [one, two]))).toEqual(["6", "6"]);
    expect([one, two].map((each) => extractedOf(definition(), digits, each, [one, two]))).toEqual(["5", "6"]);
  });
});

describe("extractedOf", () => {
  test("is of the pipeline that it is given", () => {
    const upper = [{ function: "uppercase" } as const];
    expect(extractedOf(definition(), upper, wrote("a"))).toBe("A");
    expect(extractedOf(choice, upper, held(-2, -1))).toBe("1");
    expect(extractedOf(continuation, upper, greedily)).toBe("true");
    expect(extractedOf(rolling, upper, held(-9))).toBe("");
  });
});

describe("scoreOf text", () => {
  test("reads the extracted answer with the metric's own options", () => {
    const metric: Metric = { metric: "numeric", regexes_to_ignore: ["(?s).*#### "] };
    expect(scoreOf(metric, definition(), question("so\n#### 29"), wrote("?"), "$29.00")).toEqual({ value: 1 });
    expect(scoreOf({ metric: "f1" }, definition(), question("red cat"), wrote("?"), "cat")).toEqual({ value: 2 / 3 });
    expect(scoreOf({ metric: "contains" }, definition(), question("cat"), wrote("?"), "cats")).toEqual({ value: 1 });
    expect(scoreOf({ metric: "exact_match" }, definition(), question("cat"), wrote("cat"), "cats")).toEqual({
      value: 0,
    });
  });
});

describe("scoreOf choices", () => {
  test("measures bare choices: the delimiter before them is no part of their length", () => {
    // Bare -2.1 / 1 and -4 / 2: the second. With the delimiter -2.1 / 2 and -4 / 3: the first.
    expect(scored("acc_norm", choice, question("1", { choices: [" a", " bc"] }), held(-2.1, -4))).toEqual({ value: 1 });
  });

  test("measures the contexts where the choices are contexts", () => {
    const asked = question("1", { choices: [" rest", " rest"], contexts: ["he", "she who"] });
    // By contexts -3 / 2 and -4 / 7; by the continuations the first.
    expect(scored("acc_norm", choice, asked, held(-3, -4))).toEqual({ value: 1 });
  });

  test("asks all choices for what they have after nothing", () => {
    const output: Output = {
      type: "likelihoods",
      choices: [
        { log_likelihood: -1, tokens: 1, greedy: true, unconditional: -0.5 },
        { log_likelihood: -3, tokens: 1, greedy: false, unconditional: -6 },
      ],
    };
    expect(scored("acc_mutual_info", choice, question("1"), output)).toEqual({ value: 1 });
    expect(scored("acc_mutual_info", choice, question("1"), held(-1, -3))).toBeUndefined();
    expect(scored("exact_match", choice, question("0"), output)).toEqual({ value: 1 });
  });

  test("keeps both labels for F1, of one right choice only", () => {
    expect(scored("f1", choice, question("0"), held(-2, -1))).toEqual({ value: 1, gold: 0 });
    expect(() => scored("f1", choice, question("0", { targets: ["0", "1"] }), held(-2, -1))).toThrow('"1" has 2 right');
  });
});

describe("scoreOf likelihoods", () => {
  test("of one continuation is its log-likelihood, not by length", () => {
    expect(scored("perplexity", continuation, question("x"), held(-2.5))).toEqual({ value: -2.5 });
  });

  test("weighs a text by words, bytes of UTF-8 and tokens", () => {
    const text = question("Ça va 😀\n");
    // Four pieces: the last is empty, after the line end. 3 + 1 + 2 + 1 + 4 + 1 bytes.
    expect(scored("word_perplexity", rolling, text, held(-9))).toEqual({ value: -9, weight: 4 });
    expect(scored("byte_perplexity", rolling, text, held(-9))).toEqual({ value: -9, weight: 12 });
    expect(scored("bits_per_byte", rolling, text, held(-9))).toEqual({ value: -9, weight: 12 });
    expect(scored("token_perplexity", rolling, text, held(-9))).toEqual({ value: -9, weight: 3 });
  });

  test("weighs by the text that counts where that is another", () => {
    const detokenized = question("a b", { counted: " a @-@ b" });
    expect(scored("word_perplexity", rolling, detokenized, held(-9))?.weight).toBe(4);
    expect(scored("byte_perplexity", rolling, detokenized, held(-9))?.weight).toBe(8);
  });
});

describe("scoreOf every metric", () => {
  const asked = question("1", { choices: [" a", " b"] });
  const full: Output = {
    type: "likelihoods",
    choices: [-2, -1].map((log_likelihood) => ({ log_likelihood, tokens: 1, greedy: true, unconditional: -3 })),
  };
  const answers = [
    [definition(), wrote("1")],
    [choice, full],
    [continuation, greedily],
    [rolling, held(-9)],
  ] as const;

  test.each(MetricName.options)("scores by %s the answers that it is of and no others", (metric) => {
    const scores = answers.map(([task, output]) => scoreOf({ metric }, task, asked, output, "1") !== undefined);
    const { of }: { of: readonly OutputType[] } = METRICS[metric];
    const takes = answers.map(([{ output_type }]) => metric !== "bypass" && of.includes(output_type));
    expect(scores).toEqual(takes);
  });
});
