import { readFile } from "node:fs/promises";
import path from "node:path";
import { present } from "../present.ts";
import type { Pair, Tokenizer, TokenIds } from "./engine.ts";
import { onnxRuntime } from "./runtime.ts";

/** The part of the library's tokenizer that perjoule uses. */
interface LibraryTokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): number[];
  decode(tokens: number[], options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean }): string;
  readonly bos_token?: string | null | undefined;
  readonly bos_token_id?: number | undefined;
  readonly eos_token_id?: number | undefined;
}

/**
 * Cuts context and continuation as lm-eval does, on any way of turning text into tokens: of the tokens of both together, the
 * continuation's are those after as many as the context has by itself.
 */
export function encodePair(
  { encode, encodeBare, prefix }: Pick<Tokenizer, "encode" | "encodeBare" | "prefix">,
  context: string,
  continuation: string,
): Pair {
  const trimmed = context.trimEnd();
  if (trimmed !== "") {
    const start = encode(trimmed);
    return { context: start, continuation: encode(context + continuation).slice(start.length) };
  }
  const tokens = encodeBare(context + continuation);
  if (prefix === undefined) return { context: [], continuation: tokens };
  // A continuation that begins with the prefix itself has it for its context.
  return tokens[0] === prefix
    ? { context: tokens.slice(0, 1), continuation: tokens.slice(1) }
    : { context: [prefix], continuation: tokens };
}

/** Reads `tokenizer.json` of a model folder. Nothing is fetched from a network. */
export async function openTokenizer(folder: string): Promise<Tokenizer> {
  // The library loads the runtime as well, and the first to load it decides on its telemetry.
  await onnxRuntime();
  const { AutoTokenizer } = await import("@huggingface/transformers");
  const library = (await AutoTokenizer.from_pretrained(folder, { local_files_only: true }).catch((cause: unknown) => {
    throw new Error(`cannot read the tokenizer in "${folder}": ${(cause as Error).message}`, { cause });
  })) as unknown as LibraryTokenizer;

  const bare = (text: string): number[] => library.encode(text, { add_special_tokens: false });
  const start = await startOfText(folder, library);
  const prefix = start[0] ?? library.bos_token_id ?? library.eos_token_id;
  // A text that spells it out has it already.
  const hasStart = (text: string): boolean => library.bos_token != null && text.startsWith(library.bos_token);
  const encode = (text: string): number[] => (hasStart(text) ? bare(text) : [...start, ...bare(text)]);
  const texts = present({ encode, encodeBare: bare, prefix });
  return {
    ...texts,
    encodePair: (context, continuation) => encodePair(texts, context, continuation),
    decode: (tokens: TokenIds) =>
      library.decode([...tokens], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
  };
}

/** The beginning-of-text token where `tokenizer_config.json` or the tokenizer's own post-processor adds one. */
async function startOfText(folder: string, library: LibraryTokenizer): Promise<number[]> {
  const file = path.join(folder, "tokenizer_config.json");
  const config: unknown = JSON.parse(await readFile(file, "utf8").catch(() => "{}"));
  const [first] = library.encode("", { add_special_tokens: true });
  const bos = library.bos_token_id ?? first;
  const asked = (config as { add_bos_token?: unknown }).add_bos_token === true;
  return bos !== undefined && (asked || first === bos) ? [bos] : [];
}
