import type { Tokenizer } from "./engine.ts";

const CHARACTERS = 4;

/**
 * A tokenizer for a model that comes without one: a token for every four characters, which is about what English takes in the
 * vocabularies of current models. The same text has the same ids, all below `vocabulary`; they mean nothing to anybody, and
 * what is decoded is the ids themselves.
 */
export function standInTokenizer(vocabulary: number): Tokenizer {
  const encode = (text: string): number[] => {
    const characters = Array.from(text);
    return Array.from({ length: Math.ceil(characters.length / CHARACTERS) }, (_, i) =>
      idOf(characters.slice(i * CHARACTERS, (i + 1) * CHARACTERS), vocabulary),
    );
  };
  return {
    encode,
    encodeBare: encode,
    prefix: 0,
    decode: (tokens) => tokens.map((token) => token.toString(36).padStart(CHARACTERS, " ")).join(""),
    // Each by itself: in pieces of a fixed length the end of a context would join any continuation.
    encodePair: (context, continuation) => {
      const trimmed = context.trimEnd();
      return {
        context: trimmed === "" ? [0] : encode(trimmed),
        continuation: encode(context.slice(trimmed.length) + continuation),
      };
    },
  };
}

/** FNV-1a over code points, with the constants of its 32-bit form. */
function idOf(characters: readonly string[], vocabulary: number): number {
  let hash = 0x811c9dc5;
  for (const character of characters) hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
  return (hash >>> 0) % vocabulary;
}
