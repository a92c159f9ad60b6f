import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../../src/config/parse.ts';
import { readDocument } from '../../../src/config/sources/document.ts';
import { UsageError } from '../../../src/errors.ts';
import { effort } from '../../effort.ts';
import { resolveIn, usageErrorFrom, workspace } from '../workspace.ts';

async function messageFor(content: string | object, name = '.mirorc'): Promise<string> {
  const space = workspace();
  const file = space.write(`work/${name}`, content);
  return (await usageErrorFrom(resolveIn(space))).message.replaceAll(file, 'FILE');
}

describe('the keys of a file', () => {
  it.each([
    ['retrys: 3', 'FILE: unknown key "retrys"; did you mean "retries"?'],
    ['api_key: x', 'FILE: unknown key "api_key"; did you mean "apiKey"?'],
    ['API-SERVER: x', 'FILE: unknown key "API-SERVER"; did you mean "apiServer"?'],
    ['column: {}', 'FILE: unknown key "column"; did you mean "columns"?'],
    ['id: x', 'FILE: unknown key "id"; did you mean "columns.id"?'],
    ['columns: { retries: 3 }', 'FILE: unknown key "columns.retries"; did you mean "retries"?'],
    ['columns: { mapp: {} }', 'FILE: unknown key "columns.mapp"; did you mean "columns.map"?'],
    [
      'profiles: { staging: { retrys: 3 } }',
      'FILE: unknown key "profiles.staging.retrys"; did you mean "profiles.staging.retries"?',
    ],
    [
      'profiles: { a: { columns: { coerse: true } } }',
      'FILE: unknown key "profiles.a.columns.coerse"; did you mean "profiles.a.columns.coerce"?',
    ],
    [
      'profiles: { a: { id: x } }',
      'FILE: unknown key "profiles.a.id"; did you mean "profiles.a.columns.id"?',
    ],
    [
      'profiles: { a: { profile: b } }',
      'FILE: unknown key "profiles.a.profile"; a profile cannot hold profiles',
    ],
    [
      'profiles: { a: { profiles: {} } }',
      'FILE: unknown key "profiles.a.profiles"; a profile cannot hold profiles',
    ],
    ['constructor: 1', /^FILE: unknown key "constructor"; allowed: apiKey, /],
    [
      'profiles: { "a\\e[2J": { retries: x } }',
      'FILE: profiles.a\\u001b[2J.retries: expected a whole number from 0 to 1000, found "x"',
    ],
    ['"bad\\u001b[31m": 1', /unknown key "bad\\u001b\[31m"/],
  ])('names an unknown one and the closest: %s', async (content, message) => {
    expect(await messageFor(`${content}\n`)).toMatch(message);
  });

  it('refuses __proto__ everywhere', async () => {
    expect(await messageFor('{"__proto__": {"retries": 1}}')).toBe(
      'FILE: the key "__proto__" is not allowed',
    );
    expect(await messageFor('{"columns":{"set":{"a":[{"__proto__":1}]}}}', '.mirorc.json')).toContain(
      'the key "columns.set.a.__proto__" is not allowed',
    );
    expect(await messageFor('{"columns":{"map":{"__proto__":"name"}}}')).toContain('columns.map.__proto__');
    expect(await messageFor('profiles: { __proto__: { retries: 1 } }')).toContain('"profiles.__proto__"');
  });

  it('refuses a setting that is given under two names', async () => {
    expect(await messageFor('server: https://a.example\napiServer: https://b.example')).toBe(
      'FILE: apiServer: server is also set; keep one of the two',
    );
  });

  it('treats a key without a value as not set', async () => {
    const space = workspace();
    space.write('work/.mirorc', 'retries:\ncolumns:\nprofiles:\nwait: true\n');
    expect((await resolveIn(space)).settings).toMatchObject({ retries: 8, wait: true });
  });

  it.each([
    ['[1]', 'FILE: expected settings as "key: value", found a list'],
    ['apiKey=abcdef', 'FILE: expected settings as "key: value", found text'],
    ['42', 'FILE: expected settings as "key: value", found 42'],
    ['columns: id', 'FILE: columns: expected a map, found "id"'],
    ['profiles: [a]', 'FILE: profiles: expected a map of names to settings, found a list'],
    ['profiles: { a: 1 }', 'FILE: profiles.a: expected settings as "key: value", found 1'],
  ])('requires maps: %s', async (content, message) => {
    expect(await messageFor(content)).toBe(message);
  });

  it('reports all problems of a file', async () => {
    const message = await messageFor(
      'retries: many\nprofiles: { a: { concurrency: 0, nope_at_all: 1 } }\nwait: "yes"\n',
    );
    expect(message.split('\n')).toHaveLength(5);
  });
});

describe('a file that cannot be parsed', () => {
  it.each([
    ['.mirorc', 'retries: 1\nserver: a: b\n', /^FILE, line 2, column \d+: invalid YAML/],
    ['.mirorc', 'retries: 1\nretries: 2\n', 'FILE, line 2, column 1: invalid YAML (duplicated mapping key).'],
    ['.mirorc', 'a: 1\n---\nb: 2\n', /^FILE: invalid YAML \(expected a single document/],
    ['.mirorc.yaml', 'columns:\n\tid: x\n', /^FILE, line 2, column \d+: invalid YAML/],
    ['.mirorc', 'apiKey: !!js/function "x"', /^FILE, line 1, column \d+: invalid YAML \(unknown tag\)/],
    ['.mirorc.json', '{\n  "retries": 8,\n}', 'FILE, line 3, column 1: invalid JSON.'],
    ['.mirorc.json', '{"retries": 8', 'FILE, line 1, column 14: unexpected end of JSON.'],
    ['.mirorc.json', '{"a": 1,\r\n "a": 2}', 'FILE, line 2, column 2: duplicate key "a".'],
    ['package.json', '{"miso": {"a": 1, "a": 2}}', /duplicate key "miso.a"/],
    ['package.json', '{"miso": {}} x', 'FILE, line 1, column 14: invalid JSON.'],
  ])('%s is refused with line and column: %j', async (name, content, message) => {
    expect(await messageFor(content, name)).toMatch(message);
  });

  it.each([
    ['that holds itself', 'columns: &a\n  set: *a\n', '"columns.set"'],
    ['that holds itself in a list', 'params: &a [*a]\n', '"params.0"'],
    ['that is repeated', 'profiles:\n  a: &a { retries: 1 }\n  b: *a\n', '"profiles.'],
    ['that is merged', 'profiles:\n  a: &a { retries: 1 }\n  b: { <<: *a }\n', '"profiles.'],
    ['that grows with each repetition', bomb(40), '"'],
  ])('refuses a part of YAML %s', async (_, text, key) => {
    const space = workspace();
    const file = space.write('work/.mirorc', text);
    const { message, hint } = await usageErrorFrom(resolveIn(space));
    expect(message).toContain(`${file}: ${key}`);
    expect(message).toMatch(/ is used by an alias\.$/);
    expect(hint).toMatch(/repeat the value/);
  });

  it.each([300, 100_000])('refuses YAML that is nested %i deep', async (depth) => {
    const space = workspace();
    space.write('work/.mirorc', `params: ${'['.repeat(depth)}${']'.repeat(depth)}\n`);
    expect((await usageErrorFrom(resolveIn(space))).message).toMatch(/nested too deep|invalid YAML/);
  });

  it('accepts an alias of a text', async () => {
    const space = workspace();
    space.write('work/.mirorc', 'rejects: &name out.csv\nreport: *name\n');
    expect((await resolveIn(space)).settings.report).toBe(space.path('work/out.csv'));
  });

  it('ignores duplicate keys of other tools in package.json', async () => {
    const space = workspace();
    space.write('work/package.json', '{"x": {"a": 1, "a": 2}, "miso": {"retries": 1}}');
    expect((await resolveIn(space)).settings.retries).toBe(1);
  });

  it.each([
    'apiKey: *SECRET\n',
    'apiKey: SECRET: x\n',
    'apiKey: !SECRET x\n',
    'apiKey: "SECRET\n',
    'apiKey: [SECRET]\n',
    'apiKey: { SECRET: 1 }\n',
    'apiKey: SECRET\nretries: [\n',
    'apiKey=SECRET\n',
    'server: https://user:SECRET@a.example\n',
    'server: https://a.example/?api_key=SECRET\n',
    'server: user:SECRET@a.example\n',
    'server: ftp://user:SECRET@a.example\n',
    'params: { api_key: SECRET }\n',
    'apiKey: SECRET with spaces\n',
  ])('repeats no key in the message: %j', async (content) => {
    const space = workspace();
    space.write('work/.mirorc', content);
    const error = await usageErrorFrom(resolveIn(space));
    expect(`${error.message} ${error.hint} ${error.stack} ${error.cause}`).not.toContain('SECRET');
  });
});

describe('any file at all', () => {
  it('is read, or refused with a UsageError', async () => {
    const token = fc.constantFrom(
      'retries',
      ': ',
      '\n',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '*a',
      '&a ',
      '!!x ',
      '|',
      '? ',
      '#',
      '1',
      '%',
      '\t',
      '<<',
      'columns:\n ',
    );
    const content = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(token).map((tokens) => tokens.join('')),
      fc.json(),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('a.yaml', 'a.json', 'package.json'), content, async (name, text) => {
        const place = { kind: 'project', path: `/x/${name}`, home: undefined } as const;
        const document = await parseSettings(place.path, text).catch((error: unknown) => {
          if (error instanceof UsageError) return undefined;
          throw error;
        });
        for (const { message } of readDocument(document, place).problems) expect(message).not.toBe('');
      }),
      { numRuns: effort(150, 3000) },
    );
  });
});

/** Ten times as many settings with each line. */
function bomb(lines: number): string {
  const repeated = (n: number) => Array(10).fill(`*a${n}`).join(',');
  const text = Array.from({ length: lines }, (_, n) => `a${n + 1}: &a${n + 1} [${repeated(n)}]\n`);
  return `a0: &a0 [x]\n${text.join('')}`;
}
