/** Levenshtein distance: insertions, deletions and substitutions of UTF-16 units. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(swap, (previous[j] as number) + 1, (current[j - 1] as number) + 1));
    }
    previous = current;
  }
  return previous[b.length] as number;
}

/** The up to three names closest to a mistyped one, closest first; those that share nothing with it are left out. */
export function nearest(name: string, names: readonly string[]): string[] {
  return names
    .map((candidate) => ({ candidate, away: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, away }) => away < Math.max(name.length, candidate.length) * 0.6)
    .sort((a, b) => a.away - b.away || a.candidate.localeCompare(b.candidate))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** "unknown task "additon"; did you mean addition? (known: ...)" */
export function unknownName(kind: string, name: string, known: readonly string[], how: string): Error {
  const close = nearest(name, known);
  const all = known.length > 0 ? `known: ${known.join(", ")}.` : "";
  const hint = close.length > 0 ? `did you mean ${close.join(", ")}?` : all;
  return new Error(`unknown ${kind} "${name}"; ${hint} ${how}`);
}
