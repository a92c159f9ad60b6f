/** `api_key`, `API-KEY` and `apiKey` are one word. */
function bare(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Damerau-Levenshtein: how many letters are to be added, dropped, replaced or swapped with a neighbour. */
export function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let best = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped && row > 1 && column > 1) best = Math.min(best, beforeLast[column - 2]! + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}

/** The candidate that `word` was most likely meant to be, or undefined where none is near. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = bare(word);
  let found: { readonly candidate: string; readonly away: number } | undefined;
  for (const candidate of candidates) {
    const other = bare(candidate);
    const away = distance(wanted, other);
    const near = away <= Math.max(1, Math.floor(Math.max(wanted.length, other.length) * 0.4));
    if (near && (found === undefined || away < found.away)) found = { candidate, away };
  }
  return found?.candidate;
}
