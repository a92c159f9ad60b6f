/** The problems found in JSON text. */
export interface JsonScan {
  /** Offset of the first syntax error, in characters; undefined for valid JSON. */
  readonly errorAt: number | undefined;
  /** Path and offset of every duplicate key. */
  readonly duplicates: readonly { readonly path: readonly string[]; readonly at: number }[];
}

const space = /[ \t\r\n]*/y;
const scalar =
  /(?:"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
const maxDepth = 200;

/**
 * Finds syntax errors, for many of which JSON.parse reports no position, and duplicate keys, which it drops
 * silently.
 */
export function scanJson(source: string): JsonScan {
  const duplicates: { path: readonly string[]; at: number }[] = [];
  let at = 0;

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const match = pattern.exec(source)?.[0];
    at += match?.length ?? 0;
    return match;
  }

  function takeChar(char: string): boolean {
    take(space);
    if (source[at] !== char) return false;
    at += 1;
    return true;
  }

  function value(path: readonly string[]): boolean {
    if (path.length > maxDepth) return false;
    if (takeChar('{')) return members(path);
    if (takeChar('[')) return items(path);
    return take(scalar) !== undefined;
  }

  function members(path: readonly string[]): boolean {
    const seen = new Set<string>();
    if (takeChar('}')) return true;
    do {
      take(space);
      const start = at;
      const written = source[at] === '"' ? take(scalar) : undefined;
      if (written === undefined) return false;
      const key: string = JSON.parse(written);
      if (seen.has(key)) duplicates.push({ path: [...path, key], at: start });
      seen.add(key);
      if (!takeChar(':') || !value([...path, key])) return false;
    } while (takeChar(','));
    return takeChar('}');
  }

  function items(path: readonly string[]): boolean {
    if (takeChar(']')) return true;
    do {
      if (!value([...path, '[]'])) return false;
    } while (takeChar(','));
    return takeChar(']');
  }

  const whole = value([]);
  take(space);
  return { errorAt: whole && at === source.length ? undefined : at, duplicates };
}
