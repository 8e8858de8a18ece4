import type { ModelDescription } from "../../models/build/describe.ts";
import type { Model } from "../model.ts";
import { present } from "../present.ts";
import { quantity } from "../report/format.ts";
import type { PossibleBuild } from "../store/builds.ts";
import type { Manifest } from "../store/catalog.ts";
import type { KnownModel } from "../store/known.ts";
import { listing } from "./list.ts";

export function showModel(known: KnownModel, json: boolean): string {
  if (json) return `${JSON.stringify(document(known), null, 2)}\n`;
  const { model, description, manifest, builds } = known;
  const rows = [
    ["model", model.id],
    ["folder", model.folder],
    ["source", SOURCES[model.source]],
    ...(description === undefined ? [] : descriptionRows(description)),
    ...(manifest === undefined ? [] : manifestRows(manifest)),
  ];
  return `${listing([], rows)}${builds === undefined ? "" : `\n${buildsText(builds)}`}`;
}

const SOURCES = {
  checkpoint: "a checkpoint; its graph is built here",
  shape: "a config.json without weights; built with random ones, for speed and memory",
  onnx: "a graph built elsewhere, used as it is",
  script: "a script that replies, for tests",
} as const satisfies Record<Model["source"], string>;

const count = (value: number): string => value.toLocaleString("en-US");

function descriptionRows(description: ModelDescription): string[][] {
  const { modelType, layers, convolutions, hidden, heads, kvHeads, headDim, vocab, context, experts } = description;
  return [
    ["architecture", modelType],
    [
      "parameters",
      `${count(description.parametersTotal)}, of which a token reads ${count(description.parametersActive)}`,
    ],
    [
      "layers",
      `${layers} of width ${hidden}${convolutions === undefined ? "" : `, ${convolutions} of them short convolutions`}`,
    ],
    ...(heads === undefined ? [] : [["heads", `${heads} of ${headDim}, keys and values of ${kvHeads} kept`]]),
    ...(experts === undefined ? [] : [["experts", `${experts.perToken} of ${experts.count}`]]),
    ["vocabulary", count(vocab)],
    ["context", `${count(context)} tokens`],
  ];
}

function manifestRows({ hub, licence, config, published, note }: Manifest): string[][] {
  const active = published?.parameters_active;
  const rows: [string, string | undefined][] = [
    ["published as", hub],
    ["licence", licence],
    ["config from", config],
    [
      "published sizes",
      published &&
        `${count(published.parameters_total)}${active === undefined ? "" : `, ${count(active)} active`}: ${published.source}`,
    ],
    ["why they differ", published?.active_differs],
    ["note", note],
  ];
  return rows.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]]));
}

function buildsText(builds: readonly PossibleBuild[]): string {
  const rows = builds.map((build) => {
    if ("refused" in build) return [build.precision, "", `cannot be built: ${build.refused}`];
    return [build.precision, quantity({ value: build.weight_bytes }, "B"), builtText(build.built)];
  });
  return listing(["precision", "weights", "in the cache"], rows);
}

function builtText(built: readonly string[] | undefined): string {
  if (built === undefined) return "not looked up: that means to read all weights";
  return built.length === 0 ? "no" : built.join(", ");
}

function document({ model, description, manifest, builds }: KnownModel): object {
  return present({
    ...model,
    ...(description && {
      architecture: description.modelType,
      layers: description.layers,
      convolutions: description.convolutions,
      hidden: description.hidden,
      heads: description.heads,
      kv_heads: description.kvHeads,
      head_dim: description.headDim,
      vocabulary: description.vocab,
      context: description.context,
      parameters_total: description.parametersTotal,
      parameters_active: description.parametersActive,
      ...(description.experts && {
        experts: { count: description.experts.count, per_token: description.experts.perToken },
      }),
    }),
    manifest,
    builds,
  });
}
