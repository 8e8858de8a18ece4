/** Token ids as the model's own vocabulary numbers them. */
export type TokenIds = readonly number[];

export interface GenerateOptions {
  readonly maxTokens: number;
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
  /** Greedy decoding; `onToken` is called as soon as a token is available, and may end the generation. */
  generate(prompt: TokenIds, options: GenerateOptions, onToken: (token: number) => Next): Promise<Completion>;
  /** Each continuation by itself after the same context, which is read once. */
  score(context: TokenIds, continuations: readonly TokenIds[]): Promise<LogLikelihood[]>;
  close(): Promise<void>;
}

/** Text to token ids and back. */
export interface Tokenizer {
  /** A prompt, with the beginning-of-text token if the model was made with one. */
  readonly encode: (text: string) => number[];
  /** The text of generated tokens; special tokens leave no trace. */
  readonly decode: (tokens: TokenIds) => string;
  /**
   * Context and continuation cut where the whole text's own tokens fall: trailing spaces of the context belong to the
   * continuation, and the pair is tokenised together (lm-eval `TemplateLM._encode_pair`).
   */
  readonly encodePair: (context: string, continuation: string) => { context: number[]; continuation: number[] };
}

/** A model ready to be asked. */
export interface LoadedModel {
  readonly engine: Engine;
  readonly tokenizer: Tokenizer;
}
