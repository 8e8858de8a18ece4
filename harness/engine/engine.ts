/** Token ids as the model's own vocabulary numbers them. */
export type TokenIds = readonly number[];

/** How tokens are drawn where the likeliest is not simply taken; in this order, as `transformers` does it. */
export interface Sampling {
  /** Above 0; 1 leaves the model's probabilities as they are. */
  readonly temperature: number;
  /** Only this many of the likeliest tokens. */
  readonly topK?: number;
  /** Only the fewest of the likeliest tokens that together have this probability; one at least. */
  readonly topP?: number;
  /** Of one generation: the same seed after the same prompt draws the same tokens. Its low 32 bits count. */
  readonly seed: number;
}

export interface GenerateOptions {
  readonly maxTokens: number;
  /** Without it, greedy decoding. */
  readonly sampling?: Sampling;
}

/** What the listener of a generation wants next. */
export type Next = "continue" | "stop";

export interface Completion {
  /** Generated tokens, without the end-of-text token. */
  readonly tokens: TokenIds;
  readonly finish: "stop" | "end_of_text" | "length";
}

export interface LogLikelihood {
  /** Sum over the continuation's tokens of ln p(token | context and the tokens before it). */
  readonly sum: number;
  /** Whether every token of the continuation is the model's first choice. */
  readonly greedy: boolean;
}

/**
 * The system under test. It generates and scores; it never times, judges or prints, and it does not know what a
 * question is. Token ids in, token ids out.
 */
export interface Engine {
  /** Longest context in tokens, prompt and output together. */
  readonly context: number;
  /** `onToken` is called as soon as a token is available, and may end the generation. */
  generate(prompt: TokenIds, options: GenerateOptions, onToken: (token: number) => Next): Promise<Completion>;
  /** Each continuation by itself after the same context, which is read once. */
  score(context: TokenIds, continuations: readonly TokenIds[]): Promise<LogLikelihood[]>;
  close(): Promise<void>;
}

/** Text to token ids and back. */
export interface Tokenizer {
  /** A prompt, with the beginning-of-text token if the model was made with one. */
  readonly encode: (text: string) => number[];
  /** A text by itself, without special tokens around it. */
  readonly encodeBare: (text: string) => number[];
  /** The text of generated tokens; special tokens leave no trace. */
  readonly decode: (tokens: TokenIds) => string;
  /** What stands for an empty context: the beginning-of-text token, else the end-of-text token. Absent where there is neither. */
  readonly prefix?: number;
  /**
   * Context and continuation as they are fed: trailing white space of the context belongs to the continuation, and the pair is
   * tokenised together (lm-eval `TemplateLM._encode_pair`). In place of an empty context stands the prefix.
   */
  readonly encodePair: (context: string, continuation: string) => Pair;
}

/** Tokens of which the latter are scored. */
export interface Pair {
  readonly context: TokenIds;
  readonly continuation: TokenIds;
}

/** A model ready to be asked. */
export interface LoadedModel {
  readonly engine: Engine;
  readonly tokenizer: Tokenizer;
}
