import { aggregationOf, METRICS } from "../../metric.ts";
import { pythonRegex } from "../../score/pythonregex.ts";
import { metricsOf, TaskDefinition } from "../../task.ts";
import { failure, type KeyProblem, schemaProblems } from "./problems.ts";
import { type Keys, parseTaskYaml, TaskFileError, type TaskYaml } from "./yaml.ts";
import { compileTemplate } from "../template/template.ts";

export { TaskFileError };

/** Reads and checks a task definition. `file` names it in errors, and is where its includes are looked for. */
export function parseTaskFile(text: string, file: string): TaskDefinition {
  return definitionOf(parseTaskYaml(text, file));
}

/** Throws a TaskFileError with every problem of it. */
export function definitionOf(yaml: TaskYaml): TaskDefinition {
  const result = TaskDefinition.safeParse(plain(yaml.content));
  const problems = result.success
    ? misfits(result.data)
    : schemaProblems(result.error, yaml, Object.keys(TaskDefinition.shape));
  if (!result.success || problems.length > 0) throw failure(yaml, problems);
  return result.data;
}

/** In a file that is a task, lm-eval's `group` is a tag; `null` is how it writes "none", and older files have their metadata in a list. */
function plain(content: Readonly<Record<string, unknown>>): object {
  const { group: _, metadata, ...others } = withoutNulls(content);
  const kwargs = others["generation_kwargs"];
  return {
    ...others,
    ...(isMap(kwargs) && { generation_kwargs: withoutNulls(kwargs) }),
    ...(metadata !== undefined && { metadata: Array.isArray(metadata) ? Object.assign({}, ...metadata) : metadata }),
  };
}

function withoutNulls(map: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null));
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a schema of single keys cannot say. */
function misfits(definition: TaskDefinition): KeyProblem[] {
  return [
    ...unfitMetrics(definition),
    ...unfitChoices(definition),
    ...unfitFilters(definition),
    ...unusablePatterns(definition),
    ...unusableTemplates(definition),
  ];
}

function unfitMetrics(definition: TaskDefinition): KeyProblem[] {
  const type = definition.output_type;
  return metricsOf(definition).flatMap(({ metric, aggregation, ...more }, i): KeyProblem[] => {
    const keys = ["metric_list", i];
    if (!METRICS[metric].of.includes(type)) {
      const fit = Object.entries(METRICS).flatMap(([name, { of }]) => (of.includes(type) ? [name] : []));
      return [[keys, `metric "${metric}" does not fit output_type ${type}; it takes ${fit.join(", ")}`]];
    }
    const right = aggregationOf(metric, type);
    if (aggregation !== undefined && aggregation !== right) {
      return [[[...keys, "aggregation"], `metric "${metric}" is aggregated by ${right}, found "${aggregation}"`]];
    }
    const options = Object.keys(more).filter((key) => key !== "higher_is_better");
    if (options.length > 0 && (type !== "generate_until" || metric === "bypass"))
      return [[[...keys, options[0] as string], `"${options[0]}" is an option of metrics of generated text`]];
    return [];
  });
}

function unfitChoices({ output_type, doc_to_choice, doc_to_text, metric_list }: TaskDefinition): KeyProblem[] {
  if (output_type === "multiple_choice" && doc_to_choice === undefined) {
    return [[["output_type"], 'output_type multiple_choice needs "doc_to_choice"']];
  }
  if (typeof doc_to_text === "number" && doc_to_choice === undefined) {
    return [[["doc_to_text"], `doc_to_text ${doc_to_text} is the index of a choice, and there is no "doc_to_choice"`]];
  }
  const mutual = metric_list?.findIndex(({ metric }) => metric === "acc_mutual_info") ?? -1;
  return mutual >= 0 && typeof doc_to_text === "number"
    ? [[["metric_list", mutual], "acc_mutual_info needs choices after one context"]]
    : [];
}

/** Only written text goes through filters; lm-eval's files name one of choices all the same. */
function unfitFilters({ output_type, filter_list = [] }: TaskDefinition): KeyProblem[] {
  if (output_type === "generate_until") return [];
  return filter_list.flatMap(({ filter }, i) =>
    filter.flatMap((step, j): KeyProblem[] =>
      step.function === "take_first"
        ? []
        : [
            [
              ["filter_list", i, "filter", j],
              `filter "${step.function}" is of written text, and output_type is ${output_type}`,
            ],
          ],
    ),
  );
}

/** A pattern that cannot be read would otherwise be noticed when a run is judged, after everything was measured. */
function unusablePatterns(definition: TaskDefinition): KeyProblem[] {
  const patterns: KeyProblem[] = [
    ...(definition.filter_list ?? []).flatMap(({ filter }, i) =>
      filter.flatMap((step, j): KeyProblem[] =>
        step.function === "regex" ? [[["filter_list", i, "filter", j, "regex_pattern"], step.regex_pattern]] : [],
      ),
    ),
    ...metricsOf(definition).flatMap(({ regexes_to_ignore = [] }, i) =>
      regexes_to_ignore.map((pattern, j): KeyProblem => [["metric_list", i, "regexes_to_ignore", j], pattern]),
    ),
  ];
  return patterns.flatMap(([keys, pattern]): KeyProblem[] => {
    const problem = failureOf(() => pythonRegex(pattern));
    return problem === undefined
      ? []
      : [[keys, `${String(keys[0] === "filter_list" ? "regex_pattern" : keys[2])}: ${problem}`]];
  });
}

const TEMPLATES = ["description", "doc_to_text", "doc_to_target", "doc_to_choice", "gen_prefix"] as const;

function unusableTemplates(definition: TaskDefinition): KeyProblem[] {
  const { layouts = [], fields = {}, cluster, counted } = definition.perjoule;
  const templates: KeyProblem[] = [
    ...TEMPLATES.flatMap((key) => templatesIn(definition[key], [key])),
    ...layouts.flatMap((layout, i) => templatesIn(layout.fields, ["perjoule", "layouts", i, "fields"])),
    ...templatesIn(fields, ["perjoule", "fields"]),
    ...templatesIn(cluster, ["perjoule", "cluster"]),
    ...templatesIn(counted, ["perjoule", "counted"]),
  ];
  return templates.flatMap(([keys, source]): KeyProblem[] => {
    const problem = failureOf(() => compileTemplate(source, keys.join(".")));
    return problem === undefined ? [] : [[keys, problem]];
  });
}

function templatesIn(value: unknown, keys: Keys): KeyProblem[] {
  if (typeof value === "string") return [[keys, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    templatesIn(inner, [...keys, Array.isArray(value) ? Number(key) : key]),
  );
}

function failureOf(work: () => unknown): string | undefined {
  try {
    return void work();
  } catch (cause) {
    return (cause as Error).message;
  }
}
