import { closingQuote, deepest } from './value-scanner.ts';

const tokens = /"|-?\d[\d.eE+-]*|[{}[\],:]/g;

/** What a parsed value shows of the text that it came from. */
export interface Census {
  /** Keys of objects at every depth. */
  keys: number;
  /** Whether a number is beyond 2^53 and may have lost digits. */
  hugeNumber: boolean;
  /** Whether it is nested deeper than is looked at. */
  tooDeep: boolean;
}

/** Counts the keys of a value and looks at its numbers and its depth. */
export function takeCensus(value: unknown): Census {
  const census: Census = { keys: 0, hugeNumber: false, tooDeep: false };
  visit(value, 0, census);
  return census;
}

function visit(value: unknown, depth: number, census: Census): void {
  if (typeof value === 'number') {
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) census.hugeNumber = true;
  } else if (typeof value === 'object' && value !== null) {
    if (depth === deepest) census.tooDeep = true;
    else if (Array.isArray(value)) {
      for (const item of value) visit(item, depth + 1, census);
    } else {
      // Several times as fast as Object.values; JSON.parse makes no inherited keys.
      for (const key in value) {
        census.keys++;
        visit((value as Record<string, unknown>)[key], depth + 1, census);
      }
    }
  }
}

/** Characters of the longest place that is told in full. */
const longestPlace = 200;

/**
 * What valid JSON text holds and its parsed value cannot: the first duplicate key, and the first whole number that
 * loses digits. A line of megabytes can hold thousands of each, and to tell the place of all would take minutes.
 */
export function findLosses(raw: string): string[] {
  let duplicate: string | undefined;
  let number: string | undefined;
  const containers: { keys: Set<string> | undefined; label: string; index: number }[] = [];
  let expectsKey = false;
  const path = () =>
    containers
      .map(({ keys, label, index }, at) => (keys ? (at > 0 ? '.' : '') + label : `[${index}]`))
      .join('')
      .slice(0, longestPlace);
  tokens.lastIndex = 0;
  for (let token = tokens.exec(raw); token; token = tokens.exec(raw)) {
    const [text] = token;
    const container = containers.at(-1);
    if (text === '"') {
      const end = closingQuote(raw, token.index) + 1;
      if (expectsKey && container?.keys) {
        const key = String(JSON.parse(raw.slice(token.index, end)));
        container.label = key;
        if (container.keys.has(key)) duplicate ??= `duplicate key ${JSON.stringify(path())}`;
        container.keys.add(key);
        expectsKey = false;
      }
      tokens.lastIndex = end;
    } else if (text === '{' || text === '[') {
      containers.push({ keys: text === '{' ? new Set() : undefined, label: '', index: 0 });
      expectsKey = text === '{';
    } else if (text === '}' || text === ']') {
      containers.pop();
      expectsKey = false;
    } else if (text === ',') {
      if (container) container.index++;
      expectsKey = container?.keys !== undefined;
    } else if (text !== ':' && number === undefined && losesDigits(text)) {
      const digits = text.slice(0, longestPlace);
      number = containers.length > 0 ? `number ${digits} in ${path()}` : `number ${digits}`;
    }
  }
  return [duplicate, number].filter((loss) => loss !== undefined);
}

/** A number keeps its digits when it is written again as it was read; zeros at its end are no digits in this. */
function losesDigits(number: string): boolean {
  if (!/^-?\d{16,}$/.test(number)) return false;
  const [mantissa] = Number(number).toExponential().split('e');
  return mantissa!.replace('.', '').replace(/0+$/, '') !== number.replace(/0+$/, '');
}
