import { readdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { dataName, READABLE } from "./format.ts";

/** The words by which the `datasets` library tells splits from the names of files. */
const KEYWORDS: readonly (readonly string[])[] = [
  ["train", "training"],
  ["validation", "valid", "val", "dev"],
  ["test", "testing", "eval", "evaluation"],
];

/** Names under which a split may go, best first: its own, then the other words for it. */
export function splitWords(split: string): string[] {
  const words = KEYWORDS.find((synonyms) => synonyms.includes(split)) ?? [];
  return [split, ...words.filter((word) => word !== split)];
}

/** What is looked for in a folder of data. */
export interface WantedData {
  /** The part of the data set, such as one subject of MMLU: a task's `dataset_name`. */
  readonly config?: string;
  readonly split: string;
}

/**
 * The data files of a split, sorted. `place` is one file, taken as it is, or a folder. There a file's name, or else the
 * nearest folder that does, says its split by a word that no letter touches: `anatomy_test.csv`, `test/part1.jsonl`. Where
 * no file says any, each serves every split. A config is the name of a folder or file, but for the words of splits.
 */
export function locateData(place: string, wanted: WantedData): string[] {
  const info = statSync(place, { throwIfNoEntry: false });
  if (info === undefined) throw new Error(`cannot look for data in "${place}": there is no such file or folder`);
  if (!info.isDirectory()) return [place];
  const files = namesIn(place)
    .sort()
    .map((file) => described(file, normal(wanted.split)));
  if (files.length === 0) throw new Error(`no data file in "${place}"; perjoule reads ${READABLE}`);
  const named = files.filter(({ names }) => wanted.config !== undefined && names.includes(normal(wanted.config)));
  const candidates = named.length > 0 ? named : files;
  const found = ofSplit(candidates, wanted.split);
  const problem = `no data of ${inWords(wanted)} in "${place}"`;
  if (found.length === 0) {
    throw new Error(`${problem}; ${listed(candidates)}; to ask from one of them whatever its name says, give its path`);
  }
  if (wanted.config !== undefined && wanted.config !== "default" && named.length === 0) {
    // One subject's question set must not silently be that of all.
    const parts = [...new Set(found.map(({ part }) => part))];
    if (parts.length > 1) throw new Error(`${problem}: no file goes by that config, but there are ${some(parts)}`);
  }
  requireNoTwins(found, place);
  return found.map(({ file }) => path.join(place, file));
}

/** The same rows in two formats, or packed and not, would be asked twice. */
function requireNoTwins(found: readonly DataFile[], place: string): void {
  const stems = new Map<string, string>();
  for (const { file } of found) {
    const stem = path.join(path.dirname(file), dataName(file)?.stem ?? file);
    const twin = stems.get(stem);
    if (twin !== undefined) {
      throw new Error(
        `"${place}" holds "${twin}" and "${file}", which may be the same rows; give the path of one of them`,
      );
    }
    stems.set(stem, file);
  }
}

const inWords = ({ config, split }: WantedData): string =>
  `split "${split}"${config === undefined ? "" : ` of config "${config}"`}`;

/** A data file by what its path from the folder says, in lower case with `_` for `-`. */
interface DataFile {
  readonly file: string;
  /** The nearest part of the path that says a split; empty where none does. */
  readonly says: string;
  /** Whether it has the hub's form `test-00000-of-00001`, in which nothing but the split stands before the number. */
  readonly isShard: boolean;
  /** By what names a config may call it. */
  readonly names: readonly string[];
  /** What tells it from files of other configs: its names without words of splits and numbers at their ends. */
  readonly part: string;
}

const SHARD = /[-_.]\d{5}[-_]of[-_]\d{5}.*$/;

function described(file: string, split: string): DataFile {
  const stem = dataName(file)?.stem ?? "";
  const folders = path.dirname(file).split(path.sep);
  const parts = [...folders.filter((name) => name !== "."), stem.replace(SHARD, "")].map(normal);
  const words = wordPattern([split, ...KEYWORDS.flat()]);
  const says = parts.findLast((part) => part.search(words) >= 0) ?? "";
  const bare = parts.map((part) => part.replaceAll(words, "").replaceAll(/^[\W_]+|[\W_]+$/g, ""));
  const part = bare.map((name) => name.replace(/[\d_]+$/, "")).filter((name) => name !== "");
  return { file, says, isShard: SHARD.test(stem), names: [...parts, ...bare], part: part.join("/") };
}

const normal = (name: string): string => name.toLowerCase().replaceAll("-", "_");

/** Any of the words where no letter touches it, nor a digit one that ends in a digit: `test_r1` is not in `test_r10`. */
function wordPattern(words: readonly string[]): RegExp {
  const longestFirst = words.toSorted((a, b) => b.length - a.length);
  const literal = longestFirst.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`(?<!\\p{L})(?:${literal.join("|")})(?!\\p{L}|(?<=\\d)\\d)`, "gu");
}

function ofSplit(files: readonly DataFile[], split: string): readonly DataFile[] {
  if (files.every(({ says }) => says === "")) return files;
  for (const word of splitWords(normal(split))) {
    const found = files.filter(({ says }) => says.search(wordPattern([word])) >= 0);
    // `auxiliary_train-00000-of-00001` has the word, but is a split of its own beside `train-00000-of-00001`.
    const exact = found.filter(({ says, isShard }) => isShard && says === word);
    if (found.length > 0) return exact.length > 0 ? exact : found;
  }
  return [];
}

/** Paths of the data files in a folder. Hidden files and folders are passed over; a link is what it leads to. */
function namesIn(folder: string, inside = "", above: readonly string[] = []): string[] {
  const here = path.join(folder, inside);
  const real = realpathSync(here);
  // A link to where it stands would lead on for ever.
  if (above.includes(real)) return [];
  return readdirSync(here)
    .filter((name) => !name.startsWith("."))
    .flatMap((entry) => {
      const name = path.join(inside, entry);
      const info = statSync(path.join(folder, name), { throwIfNoEntry: false });
      if (info === undefined) return [];
      if (info.isDirectory()) return namesIn(folder, name, [...above, real]);
      return dataName(name) === undefined ? [] : [name];
    });
}

function listed(files: readonly DataFile[]): string {
  const splits = KEYWORDS.flat().filter((word) => files.some(({ says }) => says.search(wordPattern([word])) >= 0));
  return `the names there say ${some(splits)}: ${some(files.map(({ file }) => file))}`;
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(", ");
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
