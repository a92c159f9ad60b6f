import { describe, expect, it } from 'vitest';
import { bash, type Files, scene, shellProgram, stored, writeAll } from './run.ts';

const pretty = (id: string) => `${JSON.stringify({ user_id: id, name: 'Ada' }, null, 2)}\n`;

describe('JSON of any form', () => {
  it.each<[name: string, files: Files, args: readonly string[], messages: readonly string[]]>([
    ['NDJSON whose lines CR ends', { 'u.ndjson': '{"user_id":"u-1"}\r{"user_id":"u-2"}\r' }, [], []],
    ['pretty-printed objects after each other', { 'u.json': pretty('u-1') + pretty('u-2') }, [], []],
    ['the same under the name of NDJSON', { 'u.ndjson': pretty('u-1') + pretty('u-2') }, [], []],
    ['the same as --format json', { u: pretty('u-1') + pretty('u-2') }, ['--format', 'json'], []],
    ['lists after each other', { 'u.json': '[{"user_id":"u-1"}]\n[{"user_id":"u-2"}]\n' }, [], []],
    [
      'a list in an object',
      { 'u.json': '{"total":2,"users":[{"user_id":"u-1"},{"user_id":"u-2"}]}' },
      [],
      ['u.json: the records in "users" were read; what surrounds them was ignored.'],
    ],
    [
      'a list after an empty one',
      { 'u.json': '{"data":[],"results":{"items":[]},"users":[{"user_id":"u-1"},{"user_id":"u-2"}]}' },
      [],
      ['u.json: the records in "users" were read'],
    ],
    [
      'pages under the name of NDJSON, the first of them empty',
      { 'u.ndjson': '{"data":[]}\n{"data":[{"user_id":"u-1"}]}\n{"data":[{"user_id":"u-2"}]}\n' },
      [],
      [],
    ],
    [
      'records with an empty list',
      { 'u.json': '{"data":[],"user_id":"u-1"}{"users":[],"user_id":"u-2"}' },
      [],
      [],
    ],
    [
      'a list in an object within another, of records with an id of another name',
      { 'u.json': '{"response":{"members":[{"email":"u-1"},{"email":"u-2"}]}}' },
      ['--id', 'email'],
      ['u.json: the records in "response.members" were read; what surrounds them was ignored.'],
    ],
    [
      'a byte order mark in each line',
      { 'u.ndjson': '\ufeff{"user_id":"u-1"}\n\ufeff{"user_id":"u-2"}\n' },
      [],
      ['a byte order mark at the start of a line was ignored'],
    ],
  ])('is read: %s', async (_, files, args, messages) => {
    const { sandbox, cwd, miso } = await scene();
    await writeAll(cwd, files);
    const { code, stderr } = await miso(['users', 'upload', Object.keys(files)[0]!, ...args]);
    expect(code, stderr).toBe(0);
    expect(Object.keys(stored(sandbox))).toEqual(['u-1', 'u-2']);
    for (const text of messages) expect(stderr).toContain(text);
  });

  it.each(['{"users":[]}', '{"data":[]}', '{"total":0,"response":{"users":[]}}'])(
    'contains no records if its list of records is empty: %s',
    async (text) => {
      const { cwd, miso } = await scene();
      await writeAll(cwd, { 'u.json': text, 'u.ndjson': text });
      for (const input of ['u.json', 'u.ndjson', '-']) {
        const { code, stderr } = await miso(['users', 'upload', input], { stdin: text });
        expect(code).toBe(1);
        expect(stderr).toContain('The input contains no records.');
        expect(stderr).not.toContain('user_id');
      }
    },
  );

  it('says how to use a list that does not look like one of users', async () => {
    const { cwd, miso } = await scene();
    await writeAll(cwd, { 'u.json': '{"crowd":[{"mail":"a"},{"mail":"b"}]}' });
    const { code, stderr } = await miso(['users', 'validate', 'u.json']);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `If the list "crowd" contains the records, extract them: jq -c '.["crowd"][]' u.json`,
    );
  });
});

describe('a header', () => {
  it('may be longer than 64 KiB', async () => {
    const { sandbox, cwd, miso } = await scene();
    const columns = Array.from({ length: 9000 }, (_, at) => `column${at}`);
    await writeAll(cwd, { 'u.csv': `user_id,${columns}\nu-1,${columns.map(() => '')}\n` });
    const { code, stderr } = await miso(['users', 'upload', 'u.csv']);
    expect(code, stderr).toBe(0);
    expect(sandbox.users.ids()).toEqual(['u-1']);
  });

  it('with a line break in a name is proposed so that it can be typed back', async () => {
    const { cwd, env, miso } = await scene();
    await writeAll(cwd, { 'u.csv': '"User\nId",name\nu-1,Ada\n' });
    const { code, stderr } = await miso(['users', 'validate', 'u.csv']);
    expect(code).toBe(2);
    const option = /--id (?:\$'[^']*'|"[^"]*"|\S+)/.exec(stderr)?.[0];
    expect(option, stderr).toBeDefined();
    const typed = `exec ${shellProgram} users validate u.csv ${option}`;
    const again = await bash(typed, { cwd, env: { ...env, PATH: process.env['PATH'] ?? '' } });
    expect(again.code, `${typed}\n${again.stderr}`).toBe(0);
  });
});
