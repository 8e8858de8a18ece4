import type { Host } from "../host.ts";

type Files = Pick<Host, "read">;

/** A file that holds a whole number. Undefined when it cannot be read or holds anything else: an empty file is no zero. */
export function wholeNumber(host: Files, file: string): bigint | undefined {
  const content = text(host, file);
  return content !== undefined && /^-?\d+$/.test(content) ? BigInt(content) : undefined;
}

/** What a file holds; undefined when it cannot be read. */
export function text(host: Files, file: string): string | undefined {
  try {
    return host.read(file);
  } catch {
    return undefined;
  }
}

/** Why a file that exists cannot be read: Node's code, EACCES where its owner alone may; undefined when it can. */
export function whyUnreadable(host: Files, file: string): string | undefined {
  try {
    host.read(file);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unreadable";
  }
}
