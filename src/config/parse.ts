import { basename, extname } from 'node:path';
import { UsageError } from '../errors.ts';
import { quoteSafely } from './rules/rule.ts';
import { scanJson } from './sources/json-text.ts';

/** The property of package.json that contains settings, and the module name for cosmiconfig. */
export const packageProperty = 'miso';

/**
 * Parses a settings file. Throws a UsageError with file, line and column, but without any value of the file.
 */
export async function parseSettings(file: string, content: string): Promise<unknown> {
  const source = content.replace(/^\ufeff/, '');
  if (/[\ufffd\0]/.test(source)) {
    throw new UsageError(`${file}: not valid UTF-8.`, { hint: 'Save the file as UTF-8.' });
  }
  return extname(file) === '.json' ? parseJson(file, source) : await parseYaml(file, source);
}

/** Whether a file contains its settings under one property, among other data. */
export function isPackage(file: string): boolean {
  return basename(file, extname(file)) === 'package';
}

function parseJson(file: string, source: string): unknown {
  const { errorAt, duplicates } = scanJson(source);
  if (errorAt !== undefined) {
    const problem = errorAt >= source.length ? 'unexpected end of JSON' : 'invalid JSON';
    throw fileError(file, positionOf(source, errorAt), problem);
  }
  const duplicate = duplicates.find(({ path }) => !isPackage(file) || path[0] === packageProperty);
  if (duplicate !== undefined) {
    const key = quoteSafely(duplicate.path.join('.'));
    throw fileError(file, positionOf(source, duplicate.at), `duplicate key ${key}`);
  }
  return JSON.parse(source);
}

async function parseYaml(file: string, source: string): Promise<unknown> {
  const { CORE_SCHEMA, load, YAMLException } = (await import('js-yaml')).default;
  try {
    // The core schema does not turn dates into Date objects.
    const document: unknown = load(source, { schema: CORE_SCHEMA });
    refuseAliases(file, document);
    return document;
  } catch (error) {
    if (error instanceof RangeError) throw fileError(file, undefined, 'nested too deeply');
    if (!(error instanceof YAMLException)) throw error;
    // The library's message quotes lines of the file, which may contain a key.
    const reason = String(error.reason).replace(/\s*(["<]|!<).*$/s, '');
    const position = error.mark && { line: error.mark.line + 1, column: error.mark.column + 1 };
    throw fileError(file, position, `invalid YAML (${reason})`);
  }
}

/**
 * Rejects aliases (`*name`) of maps and lists, which can be cyclic or expand a kilobyte to millions of
 * values. Visits each part once, without recursion.
 */
function refuseAliases(file: string, document: unknown): void {
  const seen = new Set<unknown>();
  const waiting: { value: unknown; path: readonly string[] }[] = [{ value: document, path: [] }];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { value, path } = part;
    if (typeof value !== 'object' || value === null) continue;
    if (seen.has(value)) {
      throw new UsageError(`${file}: ${quoteSafely(path.join('.'))} is used by an alias.`, {
        hint: 'Aliases (*name) are not supported; repeat the value instead.',
      });
    }
    if (path.length > maxDepth) throw fileError(file, undefined, 'nested too deeply');
    seen.add(value);
    for (const [name, inner] of Object.entries(value)) waiting.push({ value: inner, path: [...path, name] });
  }
}

const maxDepth = 200;

interface Position {
  readonly line: number;
  readonly column: number;
}

function fileError(file: string, position: Position | undefined, problem: string): UsageError {
  const where = position === undefined ? file : `${file}, line ${position.line}, column ${position.column}`;
  return new UsageError(`${where}: ${problem}.`);
}

function positionOf(source: string, at: number): Position {
  const before = source.slice(0, at).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
