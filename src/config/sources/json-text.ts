/** What a scan of JSON text found: where it stops being JSON, or the keys that stand twice in one object. */
export interface JsonScan {
  /** Where the first fault is, in characters from 0; undefined for valid JSON. */
  readonly fault: number | undefined;
  /** Path and place of every key that its object already had. */
  readonly duplicates: readonly { readonly path: readonly string[]; readonly at: number }[];
}

const space = /[ \t\r\n]*/y;
const scalar =
  /(?:"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
const deepest = 200;

/** JSON.parse names no place for many faults and drops duplicate keys in silence: this finds both. */
export function scanJson(source: string): JsonScan {
  const duplicates: { path: readonly string[]; at: number }[] = [];
  let at = 0;

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const match = pattern.exec(source)?.[0];
    at += match?.length ?? 0;
    return match;
  }

  function takeMark(mark: string): boolean {
    take(space);
    if (source[at] !== mark) return false;
    at += 1;
    return true;
  }

  function value(path: readonly string[]): boolean {
    if (path.length > deepest) return false;
    if (takeMark('{')) return members(path);
    if (takeMark('[')) return items(path);
    return take(scalar) !== undefined;
  }

  function members(path: readonly string[]): boolean {
    const seen = new Set<string>();
    if (takeMark('}')) return true;
    do {
      take(space);
      const start = at;
      const written = source[at] === '"' ? take(scalar) : undefined;
      if (written === undefined) return false;
      const key: string = JSON.parse(written);
      if (seen.has(key)) duplicates.push({ path: [...path, key], at: start });
      seen.add(key);
      if (!takeMark(':') || !value([...path, key])) return false;
    } while (takeMark(','));
    return takeMark('}');
  }

  function items(path: readonly string[]): boolean {
    if (takeMark(']')) return true;
    do {
      if (!value([...path, '[]'])) return false;
    } while (takeMark(','));
    return takeMark(']');
  }

  const whole = value([]);
  take(space);
  return { fault: whole && at === source.length ? undefined : at, duplicates };
}
