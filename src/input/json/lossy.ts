import { closingQuote } from '../../contract/json-text.ts';
import { maxDepth } from './value-scanner.ts';

const tokens = /"|-?\d[\d.eE+-]*|[{}[\],:]/g;

/** What a parsed value tells about its text. */
export interface Measured {
  /** Keys of objects at every depth. */
  keys: number;
  /** A number is beyond 2^53 and may have lost digits. */
  hugeNumber: boolean;
  /** It is nested deeper than `maxDepth`. */
  tooDeep: boolean;
}

/** Counts the keys of a value and checks its numbers and its depth. */
export function measure(value: unknown): Measured {
  const measured: Measured = { keys: 0, hugeNumber: false, tooDeep: false };
  visit(value, 0, measured);
  return measured;
}

function visit(value: unknown, depth: number, measured: Measured): void {
  if (typeof value === 'number') {
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) measured.hugeNumber = true;
  } else if (typeof value === 'object' && value !== null) {
    if (depth === maxDepth) measured.tooDeep = true;
    else if (Array.isArray(value)) {
      for (const item of value) visit(item, depth + 1, measured);
    } else {
      // Several times as fast as Object.values; JSON.parse makes no inherited keys.
      for (const key in value) {
        measured.keys++;
        visit((value as Record<string, unknown>)[key], depth + 1, measured);
      }
    }
  }
}

/** Characters of a path that are shown. */
const maxPathLength = 200;

/**
 * What is lost when valid JSON text is parsed: the first duplicate key, and the first whole number that loses
 * digits. A line of megabytes can contain thousands of each, and listing the paths of all would take minutes.
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
      .slice(0, maxPathLength);
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
      const digits = text.slice(0, maxPathLength);
      number = containers.length > 0 ? `number ${digits} in ${path()}` : `number ${digits}`;
    }
  }
  return [duplicate, number].filter((loss) => loss !== undefined);
}

/** Whether the number changes when it is parsed and written again, except for trailing zeros. */
function losesDigits(number: string): boolean {
  if (!/^-?\d{16,}$/.test(number)) return false;
  const [mantissa] = Number(number).toExponential().split('e');
  return mantissa!.replace('.', '').replace(/0+$/, '') !== number.replace(/0+$/, '');
}
