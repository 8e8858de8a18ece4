/** A task as a user first writes it: ten lines of YAML and five of JSONL. */
export const CAPITALS = `task: capitals
dataset_path: json
dataset_kwargs: { data_files: { test: test.jsonl } }
output_type: generate_until
doc_to_text: "Q: What is the capital of {{country}}?\\nA:"
doc_to_target: "{{capital}}"
generation_kwargs: { until: ["\\n"], max_gen_toks: 12 }
filter_list: [{ name: stripped, filter: [{ function: remove_whitespace }, { function: take_first }] }]
metric_list: [{ metric: exact_match }]
metadata: { version: 1 }
`;

export const CAPITAL_ROWS = `{"id": "fr", "country": "France", "capital": "Paris"}
{"id": "it", "country": "Italy", "capital": "Rome"}
{"id": "es", "country": "Spain", "capital": "Madrid"}
{"id": "no", "country": "Norway", "capital": "Oslo"}
{"id": "pe", "country": "Peru", "capital": "Lima"}
`;

/** The same as a choice. */
export const FRUITS = `task: fruits
dataset_path: json
dataset_kwargs: { data_files: { test: test.jsonl } }
output_type: multiple_choice
doc_to_text: "Q: {{question}}\\nA:"
doc_to_choice: choices
doc_to_target: gold
num_fewshot: 0
metric_list: [{ metric: acc }]
metadata: { version: 1 }
`;

export const FRUIT_ROWS = `{"id": "1", "question": "Which is a fruit?", "choices": ["apple", "stone", "spoon"], "gold": 0}
{"id": "2", "question": "Which is a tool?", "choices": ["pear", "hammer", "cloud"], "gold": 1}
{"id": "3", "question": "Which is a bird?", "choices": ["brick", "river", "crow"], "gold": 2}
{"id": "4", "question": "Which is a metal?", "choices": ["iron", "bread", "wool"], "gold": 0}
{"id": "5", "question": "Which is a colour?", "choices": ["seven", "blue", "noon"], "gold": 1}
`;

/** A text with one of its lines replaced, counted from 1; without a replacement it is left out. */
export function withLine(text: string, number: number, line?: string): string {
  const lines = text.split("\n");
  lines.splice(number - 1, 1, ...(line === undefined ? [] : [line]));
  return lines.join("\n");
}

/** A short task in lines of JSON, which is YAML: keys may be added, replaced, or left out with undefined. */
export function taskText(changes: Readonly<Record<string, unknown>> = {}): string {
  const keys: Record<string, unknown> = {
    task: "toy",
    dataset_path: "json",
    dataset_kwargs: { data_files: "data.jsonl" },
    doc_to_text: "q",
    doc_to_target: "a",
    ...changes,
  };
  return Object.entries(keys)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${JSON.stringify(value)}\n`]))
    .join("");
}

/** Rows with the fields `q` and `a`: `q0`, `a0` and so on. */
export function rowsText(count: number, word = ""): string {
  return Array.from({ length: count }, (_, i) => `${JSON.stringify({ q: `q${word}${i}`, a: `a${word}${i}` })}\n`).join(
    "",
  );
}
