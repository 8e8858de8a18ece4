/** One split of a data set of the Hugging Face hub. */
export interface HubDataset {
  /** "openai/gsm8k" */
  readonly id: string;
  /** "main"; where absent, the only one, or the one called "default". */
  readonly config?: string;
  readonly split: string;
  /** A commit, branch or tag; where absent, the hub's conversion to Parquet as it is now. */
  readonly revision?: string;
}
