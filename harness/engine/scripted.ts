import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import type { Engine, LoadedModel, TokenIds, Tokenizer } from "./engine.ts";
import { encodePair } from "./tokenizer.ts";

/** `script.json`: a model without weights, for tests, demonstrations and for rehearsing a plan. */
export const Script = z.strictObject({
  /** What it writes after a prompt that ends in the key. The longest matching key wins. */
  replies: z.record(z.string(), z.string()).default({}),
  otherwise: z.string().default(""),
  /** Prompts that end so make it fail, or take its process down. */
  fails: z.array(z.string()).default([]),
  crashes: z.array(z.string()).default([]),
  context: z.number().int().positive().default(4096),
  /** How long it thinks before every answer. */
  delay_ms: z.number().nonnegative().default(0),
});
export type Script = z.infer<typeof Script>;

const encode = (text: string): number[] => Array.from(text, (char) => char.codePointAt(0) as number);
/** U+0002, "start of text". */
const texts = { encode, encodeBare: encode, prefix: 2 };

/** One token a code point. */
const codePoints: Tokenizer = {
  ...texts,
  decode: (tokens) => String.fromCodePoint(...tokens),
  encodePair: (context, continuation) => encodePair(texts, context, continuation),
};

/** Answers by the script; a continuation it would write scores -0.1 a token, any other -1 a token. */
export function scripted(script: Script): LoadedModel {
  const reply = (prompt: string): string => {
    if (script.crashes.some((end) => prompt.endsWith(end))) process.exit(70);
    if (script.fails.some((end) => prompt.endsWith(end))) throw new Error(`the script fails on "${prompt}"`);
    const key = Object.keys(script.replies)
      .filter((end) => prompt.endsWith(end))
      .sort((a, b) => b.length - a.length)[0];
    return key === undefined ? script.otherwise : (script.replies[key] as string);
  };
  const textOf = (tokens: TokenIds): string => codePoints.decode(tokens);
  const engine: Engine = {
    context: script.context,
    async generate(prompt, { maxTokens }, onToken) {
      await setTimeout(script.delay_ms);
      const planned = codePoints.encode(reply(textOf(prompt)));
      const tokens: number[] = [];
      for (const token of planned.slice(0, maxTokens)) {
        tokens.push(token);
        if (onToken(token) === "stop") return { tokens, finish: "stop" };
      }
      return { tokens, finish: planned.length > maxTokens ? "length" : "end_of_text" };
    },
    async score(context, continuations) {
      await setTimeout(script.delay_ms);
      const planned = reply(textOf(context));
      return continuations.map((tokens) => {
        const greedy = planned.startsWith(textOf(tokens));
        return { sum: tokens.length * (greedy ? -0.1 : -1), greedy };
      });
    },
    async close() {},
  };
  return { engine, tokenizer: codePoints };
}

export async function openScript(folder: string): Promise<LoadedModel> {
  const file = path.join(folder, "script.json");
  return scripted(Script.parse(JSON.parse(await readFile(file, "utf8"))));
}
