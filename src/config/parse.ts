import { basename, extname } from 'node:path';
import { UsageError } from '../errors.ts';
import { quoteText } from '../text.ts';
import { scanJson } from './sources/json-text.ts';

/** The property of package.json that holds settings, and the name of this tool. */
export const packageProperty = 'miso';

/** Parses the text of a settings file. Throws a UsageError with file, line and column; its message repeats no value. */
export async function parseSettings(file: string, content: string): Promise<unknown> {
  const source = content.replace(/^\ufeff/, '');
  if (/[\ufffd\0]/.test(source)) {
    throw new UsageError(`${file}: this is not text in UTF-8.`, { hint: 'Save the file as UTF-8.' });
  }
  return extname(file) === '.json' ? parseJson(file, source) : await parseYaml(file, source);
}

/** Whether a file keeps settings under a property of its own among other things. */
export function isPackage(file: string): boolean {
  return basename(file, extname(file)) === 'package';
}

function parseJson(file: string, source: string): unknown {
  const { fault, duplicates } = scanJson(source);
  if (fault !== undefined) {
    const end = fault >= source.length;
    throw fileError(file, placeOf(source, fault), end ? 'the JSON ends too early' : 'this is not valid JSON');
  }
  const duplicate = duplicates.find(({ path }) => !isPackage(file) || path[0] === packageProperty);
  if (duplicate !== undefined) {
    const key = quoteText(duplicate.path.join('.'));
    throw fileError(file, placeOf(source, duplicate.at), `the key ${key} stands here a second time`);
  }
  return JSON.parse(source);
}

async function parseYaml(file: string, source: string): Promise<unknown> {
  const { CORE_SCHEMA, load, YAMLException } = (await import('js-yaml')).default;
  try {
    // The core schema leaves dates as the text that they are.
    const document: unknown = load(source, { schema: CORE_SCHEMA });
    refuseRepeats(file, document);
    return document;
  } catch (error) {
    if (error instanceof RangeError) throw fileError(file, undefined, 'this is nested too deep');
    if (!(error instanceof YAMLException)) throw error;
    // The library's message shows lines of the file, and its quotations may hold a key: neither is passed on.
    const reason = String(error.reason).replace(/\s*(["<]|!<).*$/s, '');
    const place = error.mark && { line: error.mark.line + 1, column: error.mark.column + 1 };
    throw fileError(file, place, `this is not valid YAML (${reason})`);
  }
}

/**
 * An alias (`*name`) stands for a whole part of the file, which may hold itself, or be repeated until a kilobyte is millions of
 * settings. Settings have no use for it. Every part is visited once, without recursion.
 */
function refuseRepeats(file: string, document: unknown): void {
  const seen = new Set<unknown>();
  const waiting: { value: unknown; path: readonly string[] }[] = [{ value: document, path: [] }];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { value, path } = part;
    if (typeof value !== 'object' || value === null) continue;
    if (seen.has(value)) {
      throw new UsageError(
        `${file}: ${quoteText(path.join('.'))} is a part that stands in this file twice.`,
        {
          hint: 'Settings take no aliases (*name): write the part out in each place.',
        },
      );
    }
    if (path.length > deepest) throw fileError(file, undefined, 'this is nested too deep');
    seen.add(value);
    for (const [name, inner] of Object.entries(value)) waiting.push({ value: inner, path: [...path, name] });
  }
}

const deepest = 200;

interface Place {
  readonly line: number;
  readonly column: number;
}

function fileError(file: string, place: Place | undefined, problem: string): UsageError {
  const where = place === undefined ? file : `${file}, line ${place.line}, column ${place.column}`;
  return new UsageError(`${where}: ${problem}.`);
}

function placeOf(source: string, at: number): Place {
  const before = source.slice(0, at).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
