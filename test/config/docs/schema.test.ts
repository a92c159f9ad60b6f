import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderSchema } from '../../../src/config/docs/schema.ts';
import { parseSettings } from '../../../src/config/parse.ts';
import type { JsonSchema } from '../../../src/config/rules/rule.ts';
import { settingKeys, settingTable } from '../../../src/config/settings.ts';

const root = new URL('../../../', import.meta.url);

interface Schema extends JsonSchema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** Checks a value as JSON Schema does, for the keywords that the schema uses. */
function accepts(schema: Schema, value: unknown): boolean {
  const { type, pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY, properties = {} } = schema;
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY, exclusiveMinimum } = schema;
  if (schema.anyOf) return schema.anyOf.some((one) => accepts(one, value));
  if (schema.enum) return schema.enum.includes(value);
  if (type !== undefined && ![type].flat().some((one) => isOfType(value, one))) return false;
  if (typeof value === 'string')
    return (
      [...value].length >= minLength &&
      [...value].length <= maxLength &&
      new RegExp(pattern ?? '', 'u').test(value)
    );
  if (typeof value === 'number')
    return (
      value >= minimum && value <= maximum && (exclusiveMinimum === undefined || value > exclusiveMinimum)
    );
  if (Array.isArray(value)) return value.every((item) => accepts(schema.items ?? {}, item));
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, inner]) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties;
    return typeof property === 'object' ? accepts(property, inner) : property !== false;
  });
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

describe('mirorc.schema.json', () => {
  const path = fileURLToPath(new URL('mirorc.schema.json', root));
  const schema = JSON.parse(renderSchema()) as Schema;

  // `npx vitest run test/config -u` updates the file after a change of the settings table.
  it('is derived from the settings table, in the package, and referred to by the example', async () => {
    await expect(renderSchema()).toMatchFileSnapshot(path);
    const { files, name } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
    expect(files).toContain('mirorc.schema.json');
    const example = readFileSync(new URL('.mirorc.example', root), 'utf8');
    expect(example).toContain(`# yaml-language-server: $schema=node_modules/${name}/mirorc.schema.json\n`);
  });

  it('accepts the example with every setting enabled, and every file that the documentation shows', async () => {
    const example = readFileSync(new URL('.mirorc.example', root), 'utf8').replace(/^#(?! \S)/gm, '');
    const page = readFileSync(new URL('docs/configuration.md', root), 'utf8');
    const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, block]) => block ?? '');
    for (const text of [example, ...blocks])
      expect(accepts(schema, await parseSettings('x.yaml', text))).toBe(true);
    expect(accepts(schema, { $schema: 'x', retries: null, profiles: { a: { columns: { id: 'x' } } } })).toBe(
      true,
    );
  });

  it.each([
    [{ retrys: 1 }],
    [{ retries: '8' }],
    [{ retries: 1001 }],
    [{ wait: 'yes' }],
    [{ timeout: '5x' }],
    [{ format: 'xml' }],
    [{ columns: { map: { a: 1 } } }],
    [{ columns: { nope: 1 } }],
    [{ profiles: { a: { profile: 'b' } } }],
    [{ server: 'api.askmiso.com' }],
    [{ yes: true }],
    [{ env: 'staging' }],
    [{ rejects: true }],
  ])('refuses %j', (document) => {
    expect(accepts(schema, document)).toBe(false);
  });

  it('accepts every value that the rule of a setting accepts', () => {
    const value = fc.oneof(
      fc.anything(),
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constantFrom(
        'csv',
        'custom',
        '5%',
        '60s',
        '1MiB',
        '512kb',
        ' 2 M ',
        ';',
        'tab',
        'https://a.example',
        false,
      ),
      fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.constantFrom('list', 'json'))),
    );
    fc.assert(
      fc.property(fc.constantFrom(...settingKeys), value, (key, written) => {
        const { rule } = settingTable[key];
        fc.pre(rule.read(written, { kind: 'data', path: (path) => path }).ok);
        expect(accepts(rule.schema as Schema, written), `${key} ${JSON.stringify(written)}`).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
