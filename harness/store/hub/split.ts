import type { Bytes } from "../../units.ts";
import { OTHERWISE } from "./client.ts";
import type { HubDataset } from "./dataset.ts";

/** A file of a data set, as the hub's listing tells of it. */
export interface HubFile {
  readonly path: string;
  readonly size: Bytes;
  /** In hex: of the bytes for a file in large-file storage, else git's name of the blob. */
  readonly digest: { readonly of: "bytes"; readonly sha256: string } | { readonly of: "blob"; readonly sha1: string };
}

/** The files that make up one split, in the order of their rows. */
export interface HubSplit {
  readonly config: string;
  readonly files: readonly HubFile[];
}

/**
 * The hub's own conversion to Parquet: `<config>/<split>/0000.parquet`, `partial-<split>` where it stopped at its size limit, and
 * `<split>-part0` where there are too many files for a folder. Names of splits have no "-" (huggingface/dataset-viewer,
 * `libcommon/parquet_utils.py`).
 */
const CONVERTED = /^(?<config>[^/]+)\/(?<partial>partial-)?(?<split>[^/-]+)(-part\d+)?\/\d+\.parquet$/;

const DATA = /\.(parquet|jsonl?|csv)$/i;

/** The files of the wanted split among all of a revision; an error lists what there is instead. */
export function splitFiles(all: readonly HubFile[], wanted: HubDataset): HubSplit {
  const data = all.filter(({ path }) => DATA.test(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
  const converted = data.flatMap((file) => {
    const parts = CONVERTED.exec(file.path)?.groups as Converted["parts"] | undefined;
    return parts ? [{ file, parts }] : [];
  });
  const parquet = data.filter(({ path }) => path.endsWith(".parquet"));
  return converted.length > 0 && converted.length === parquet.length
    ? convertedSplit(converted, wanted)
    : namedSplit(data, wanted);
}

interface Converted {
  readonly file: HubFile;
  readonly parts: { readonly config: string; readonly split: string; readonly partial?: string };
}

function convertedSplit(converted: readonly Converted[], wanted: HubDataset): HubSplit {
  const { id, split } = wanted;
  const config = chosenConfig([...new Set(converted.map(({ parts }) => parts.config))], wanted);
  const inConfig = converted.filter(({ parts }) => parts.config === config);
  const inSplit = inConfig.filter(({ parts }) => parts.split === split);
  if (inSplit.length === 0) {
    const splits = new Set(inConfig.map(({ parts }) => parts.split));
    throw new Error(`"${config}" of the data set "${id}" has no split "${split}"; it has: ${listed([...splits])}`);
  }
  if (inSplit.some(({ parts }) => parts.partial)) {
    throw new Error(
      `the hub has converted only a part of "${config}/${split}" of the data set "${id}" to Parquet, as it does with large ones; download the whole and ${OTHERWISE}`,
    );
  }
  return { config, files: inSplit.map(({ file }) => file) };
}

function chosenConfig(configs: readonly string[], { id, config }: HubDataset): string {
  if (config !== undefined) {
    if (configs.includes(config)) return config;
    throw new Error(`the data set "${id}" has no config "${config}"; it has: ${listed(configs)}`);
  }
  const [only] = configs;
  if (only !== undefined && configs.length === 1) return only;
  if (configs.includes("default")) return "default";
  throw new Error(`the data set "${id}" has several configs, and none is named; choose of: ${listed(configs)}`);
}

/**
 * Of files that are not laid out as the hub converts them, those whose path has the names of config and split as words of their
 * own. Only where that leaves no choice: one folder, and names that differ in their numbers alone.
 */
function namedSplit(data: readonly HubFile[], { id, config, split }: HubDataset): HubSplit {
  const named = data.filter(({ path }) => hasWord(path, split));
  const inConfig = config === undefined ? named : named.filter(({ path }) => hasWord(path, config));
  // A data set without configs has one that is called "default".
  const files = config === "default" && inConfig.length === 0 ? named : inConfig;
  const kinds = new Set(files.map(({ path }) => path.replace(/[^/]*$/, (name) => name.replaceAll(/\d+/g, "0"))));
  if (kinds.size === 1) return { config: config ?? "default", files };
  const wanted = config === undefined ? split : `${config}/${split}`;
  const what = kinds.size === 0 ? "no data file named after" : "several kinds of files that may be";
  const there = listed((kinds.size === 0 ? data : files).map(({ path }) => path));
  throw new Error(
    `the data set "${id}" has ${what} "${wanted}"; it has: ${there}; download what you need and ${OTHERWISE}`,
  );
}

/** "test" is a word of "data/gsm8k_test-00000-of-00001", and "validation" none of "mnli/validation_matched". */
function hasWord(path: string, word: string): boolean {
  const literal = word.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}])${literal}(?![\p{L}\p{N}]|[-_]\p{L})`, "iu").test(
    path.replace(DATA, ""),
  );
}

const LISTED_MOST = 60;

function listed(names: readonly string[]): string {
  if (names.length === 0) return "nothing that perjoule reads";
  const more = names.length - LISTED_MOST;
  return names.slice(0, LISTED_MOST).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
