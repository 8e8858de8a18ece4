/**
 * What one question, document or example of a data set says, by name of its field or column. Python tells 5 from 5.0, and
 * so do the numbers of a row: an integer is a number, beyond 2^53 a bigint; a float is a number, where it is whole a `Float`.
 */
export type Fields = Readonly<Record<string, unknown>>;

/** A field as an error shows it: as JSON, with digits in quotes where `JSON.stringify` refuses a bigint. Undefined has none. */
export function shownField(value: unknown): string | undefined {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? String(one) : one));
}

/** One record of a data file. */
export interface Row {
  readonly fields: Fields;
  /** Where it stands, for errors: `file:line` where lines mean something, else `file, row n`, counted from 1. */
  readonly at: string;
}

/** How a file is laid out beyond what its name says. */
export interface RowOptions {
  /** Names of the columns of a CSV or TSV file that has no header line, such as MMLU's. */
  readonly columns?: readonly string[];
  /** Of a JSON file whose top level is an object: the members that may hold the rows. The first that holds a list does. */
  readonly members?: readonly string[];
  /** Told of a line of JSONL that cannot be read, in place of an error that ends the reading. */
  readonly onBadLine?: (problem: string) => void;
  /** Of a text file: what parts its documents. Without it each line is one. */
  readonly separator?: Separator;
}

/**
 * Text that stands between two documents and belongs to neither, or a regular expression that matches where a document
 * begins, such as a heading of WikiText: `^` and `$` are then ends of lines, and what matched belongs to the document.
 */
export type Separator = string | { readonly pattern: string };
