import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Tokenizer, TokenIds } from "./engine.ts";
import { onnxRuntime } from "./runtime.ts";

/** The part of the library's tokenizer that perjoule uses. */
interface LibraryTokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): number[];
  decode(tokens: number[], options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean }): string;
  readonly bos_token_id?: number | undefined;
}

/** Cuts context and continuation as lm-eval does, on any way of turning text into tokens. */
export function encodePair(
  encode: (text: string) => number[],
  context: string,
  continuation: string,
): { context: number[]; continuation: number[] } {
  const trimmed = context.trimEnd();
  const whole = encode(context + continuation);
  const start = encode(trimmed);
  return { context: whole.slice(0, start.length), continuation: whole.slice(start.length) };
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
  const encode = (text: string): number[] => [...start, ...bare(text)];
  return {
    encode,
    decode: (tokens: TokenIds) =>
      library.decode([...tokens], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
    encodePair: (context, continuation) => encodePair(encode, context, continuation),
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
