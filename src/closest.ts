/** `api_key`, `API-KEY` and `apiKey` are one word; a word without letters and digits is taken as it is. */
function bare(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '') || word;
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

/** The candidates that a mistyped word could have meant, nearest first, three at most. Near: two fifths of it may differ. */
export function allClosest(word: string, candidates: Iterable<string>): string[] {
  const wanted = bare(word);
  const near: { readonly candidate: string; readonly away: number }[] = [];
  for (const candidate of candidates) {
    const other = bare(candidate);
    const limit = Math.max(1, Math.floor(Math.max(wanted.length, other.length) * 0.4));
    // A difference in length alone can be too much, and is quicker to see.
    if (Math.abs(other.length - wanted.length) > limit) continue;
    const away = distance(wanted, other);
    if (away <= limit) near.push({ candidate, away });
  }
  near.sort((a, b) => a.away - b.away);
  return near.slice(0, 3).map(({ candidate }) => candidate);
}

/** The candidate that a mistyped word was most likely meant to be; undefined where none is near. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  return allClosest(word, candidates)[0];
}
