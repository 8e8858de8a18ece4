import type { GenerateOptions, LoadedModel } from "../engine/engine.ts";
import { Script, scripted } from "../engine/scripted.ts";
import type { Output } from "../observation.ts";
import type { Question } from "../task.ts";

export interface WatchedCall extends GenerateOptions {
  readonly prompt: string;
}

/** A scripted model that keeps every call of it; after a prompt that was asked before it goes on with its next reply. */
export function watched(replies: Readonly<Record<string, string | readonly string[]>>, context = 4096) {
  const calls: WatchedCall[] = [];
  const { engine, tokenizer } = scripted(Script.parse({ context }));
  const model: LoadedModel = {
    tokenizer,
    engine: {
      ...engine,
      generate(tokens, options, onToken) {
        const prompt = tokenizer.decode(tokens);
        const times = calls.filter((call) => call.prompt === prompt).length;
        calls.push({ prompt, ...options });
        const reply = [replies[prompt] ?? []].flat()[times];
        if (reply === undefined) throw new Error(`the script has nothing after "${prompt}" for the ${times + 1}. time`);
        return scripted(Script.parse({ otherwise: reply })).engine.generate(tokens, options, onToken);
      },
    },
  };
  return { model, calls };
}

export const ask = (prompt: string): Question => ({ id: "1", prompt, target: "" });
export const nothing = (): void => {};

/** What was written, without the tokens, which a scripted model has one of for each character. */
export function textsOf(output: Output): object {
  if (output.type !== "generation") throw new Error("expected a generation");
  const { text, finish, before, drafts } = output;
  const texts = (list: typeof before): object => (list === undefined ? {} : list.map((one) => one.text));
  return { text, finish, ...(before && { before: texts(before) }), ...(drafts && { drafts: texts(drafts) }) };
}
