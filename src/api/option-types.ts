import { isObject } from '../contract/json.ts';
import { UsageError } from '../errors.ts';

const tests = {
  boolean: [(value: unknown) => typeof value === 'boolean', 'true or false'],
  string: [(value: unknown) => typeof value === 'string', 'a string'],
  // Another realm, such as that of a test runner, has an AbortSignal of its own.
  signal: [(value: unknown) => isObject(value) && 'aborted' in value, 'an AbortSignal'],
  /** Its range is checked elsewhere. */
  number: [() => true, 'a number'],
} as const;

/** The types of options by their names. */
export type OptionTypes<Options> = Readonly<Record<keyof Options & string, keyof typeof tests>>;

/**
 * Throws UsageError for an option that is unknown or ill-typed. Callers without types can pass anything, and
 * an ignored `dry_run` would store records. `method`: for the message.
 */
export function checkOptionTypes<Options>(
  method: string,
  options: unknown,
  types: OptionTypes<Options>,
): void {
  if (!isObject(options))
    throw new UsageError(`${method}: expected an object of options, found ${nameOf(options)}.`);
  for (const [name, value] of Object.entries(options)) {
    const type = Object.hasOwn(types, name) ? types[name as keyof typeof types] : undefined;
    if (type === undefined) {
      const hint = `Options: ${Object.keys(types).join(', ')}.`;
      throw new UsageError(`${method}: unknown option ${JSON.stringify(name)}.`, { hint });
    }
    const [accepts, expected] = tests[type];
    if (value !== undefined && !accepts(value))
      throw new UsageError(`${method}: ${name}: expected ${expected}, found ${nameOf(value)}.`);
  }
}

/** What a value is, for messages. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? `an object (${name})` : 'an object';
}
