/** Letters of Python's flags that hold. */
export type Flags = ReadonlySet<string>;

/** A place in a pattern. */
export type Cursor = ReturnType<typeof cursorOf>;

/** Walks a pattern from its beginning. */
export function cursorOf(pattern: string) {
  let at = 0;
  const peek = (ahead = 0): string | undefined => {
    const code = pattern.codePointAt(at + ahead);
    return code === undefined ? undefined : String.fromCodePoint(code);
  };
  const match = (sticky: RegExp): string | undefined => {
    sticky.lastIndex = at;
    const found = sticky.exec(pattern)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  return {
    ended: () => at >= pattern.length,
    peek,
    /** Takes what a sticky RegExp finds here. */
    match,
    take(text: string): boolean {
      if (!pattern.startsWith(text, at)) return false;
      at += text.length;
      return true;
    },
    next(): string {
      const character = peek();
      if (character === undefined) throw new Error("it ends too early");
      at += character.length;
      return character;
    },
  };
}
