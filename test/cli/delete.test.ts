import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFaultPlan } from '../../src/sandbox/faults/fault-plan.ts';
import { upload } from '../sandbox/start.ts';
import { commandIn, httpServer } from './network.ts';
import { scene } from './run.ts';
import { onTerminal } from './terminal.ts';

const record = (user_id: string) => ({ user_id, name: `n ${user_id}` });
const page = '<html>404 Not Found</html>';
const notFound = JSON.stringify({ message: 'not found' });

type Reply = readonly [status: number, body: string] | 'done' | undefined;

/** A Miso that holds users; `intercept` may reply in its place. */
async function smallMiso(
  ids: readonly string[],
  intercept: (request: IncomingMessage, body: string, response: ServerResponse) => Reply = () => undefined,
) {
  const users = new Map(ids.map((id) => [id, record(id)]));
  const deleted: string[] = [];
  const reply = (request: IncomingMessage, body: string): Reply => {
    if (request.url === '/v1/users/_ids') return [200, JSON.stringify({ data: { ids: [...users.keys()] } })];
    if (request.method === 'GET') {
      const user = users.get(decodeURIComponent(request.url!.split('/').at(-1)!));
      return user ? [200, JSON.stringify({ message: 'success', data: user })] : [404, notFound];
    }
    if (request.url === '/v1/users/_delete') {
      for (const id of JSON.parse(body).data.user_ids) {
        deleted.push(id);
        users.delete(id);
      }
      return [200, JSON.stringify({ message: 'deleted', data: { task_id: 't1' } })];
    }
    return [200, JSON.stringify({ message: 'success' })];
  };
  const port = await httpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const given = intercept(request, body, response) ?? reply(request, body)!;
      if (given !== 'done') response.writeHead(given[0]).end(given[1]);
    });
  });
  const server = `http://127.0.0.1:${port}`;
  return { users, deleted, server, ...(await commandIn({ MISO_SERVER: server })) };
}

async function linesOf(cwd: string, name: string) {
  const text = await readFile(join(cwd, name), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('the proof of a deletion', () => {
  it('says that a mistyped id never existed', async () => {
    const { cwd, sandbox, miso } = await scene();
    await upload(sandbox, [record('u1')]);
    const args = ['users', 'delete', 'u1', 'TYPO', '--yes', '--verify', '--receipt', 'r.ndjson'];
    const { code, stdout, stderr } = await miso(args);
    expect({ code, stdout: stdout.split(' in ')[0] }).toEqual({
      code: 1,
      stdout: '! Deleted 1 of 2 users (verified), 1 not found',
    });
    expect(stderr).toContain('TYPO: not found');
    expect((await linesOf(cwd, 'r.ndjson')).slice(2)).toMatchObject([
      { user_id: 'u1', outcome: 'deleted', existed: true, verified: true },
      { user_id: 'TYPO', outcome: 'not-found', existed: false },
    ]);
  });

  it.each(['both', 'lists', 'counts', 'not-found'])("uses Miso's result for each id: %s", async (show) => {
    const faults = parseFaultPlan({ faults: [{ do: 'delete-lists', show, on: 'delete' }] });
    const { cwd, sandbox, miso } = await scene({ faults });
    await upload(sandbox, [record('u1')]);
    for (const id of ['u1', 'TYPO']) await miso(['users', 'delete', id, '--yes', '--receipt', 'r.ndjson']);
    const results = (await linesOf(cwd, 'r.ndjson')).filter(({ outcome }) => outcome !== 'intent');
    expect(results).toMatchObject([
      { user_id: 'u1', outcome: 'deleted', existed: show === 'not-found' ? null : true },
      { user_id: 'TYPO', outcome: 'not-found', existed: false },
    ]);
  });

  it.each<[reply: string, data: unknown, code: number, counts: Record<string, number>, message: string]>([
    [
      'only lists other users as deleted',
      { deleted: { list: ['u9'] } },
      1,
      { deleted: 0, notFound: 2 },
      'u1: not found',
    ],
    [
      'lists other users',
      { deleted: { list: ['u8'] }, not_found: { list: ['u9'] } },
      1,
      { deleted: 0, failed: 2 },
      "u1: Miso's reply does not mention this user",
    ],
    [
      'says that none was deleted',
      { deleted: { count: 0 } },
      1,
      { deleted: 0, notFound: 2 },
      'u1: not found',
    ],
    [
      'counts users that were not found',
      { deleted: { count: 1 }, not_found: { count: 1 } },
      1,
      { deleted: 1, notFound: 1 },
      'Miso did not find 1 user and did not say which.',
    ],
  ])('does not call users deleted if Miso %s', async (_, data, code, counts, message) => {
    const { miso } = await smallMiso([], ({ url }) =>
      url === '/v1/users/_delete' ? [200, JSON.stringify({ message: 'deleted', data })] : undefined,
    );
    const result = await miso(['users', 'delete', 'u1', 'u2', '--yes', '--json']);
    expect(result.code).toBe(code);
    expect(JSON.parse(result.stdout).ids).toMatchObject({ asked: 2, ...counts });
    expect(result.stderr).toContain(message);
  });

  it.each([
    ['did not exist when it began', false, { outcome: 'not-found', existed: false }],
    ['may have been deleted by then', null, { outcome: 'deleted', existed: null }],
    ['existed when it began', true, { outcome: 'deleted', existed: true }],
  ] as const)('of a user who %s is completed after a kill', async (_, existed, expected) => {
    const { cwd, miso, server } = await smallMiso([]);
    const line = { user_id: 'u1', server, task_id: null, outcome: 'intent', existed };
    await writeFile(
      join(cwd, 'r'),
      `${JSON.stringify({ time: 'then', ...line, verified: false, interactions: false })}\n`,
    );
    for (const more of [1, 2]) {
      if (more === 2) {
        // As if the resumed run had been killed, too.
        const lines = (await readFile(join(cwd, 'r'), 'utf8')).split('\n').slice(0, 2);
        await writeFile(join(cwd, 'r'), `${lines.join('\n')}\n`);
      }
      await miso(['users', 'delete', 'u1', '--yes', '--verify', '--receipt', 'r', '--resume']);
      expect((await linesOf(cwd, 'r')).at(-1)).toMatchObject(expected);
    }
  });

  it('is none, and the user is kept, if the record for the backup is not valid UTF-8', async () => {
    const { deleted, miso } = await smallMiso(['u1'], ({ method, url }, _body, response) => {
      if (method !== 'GET' || url !== '/v1/users/u1') return undefined;
      const record = '{"message":"success","data":{"user_id":"u1","name":"Jos\xe9"}}';
      response.writeHead(200).end(Buffer.from(record, 'latin1'));
      return 'done';
    });
    const { code, stderr } = await miso([
      'users',
      'delete',
      'u1',
      '--yes',
      '--backup',
      'b',
      '--retries',
      '0',
    ]);
    expect({ code, deleted }).toEqual({ code: 4, deleted: [] });
    expect(stderr).toContain('a record that is not valid UTF-8');
  });

  it.each([true, false])('is open if a call had no reply (with interactions: %j)', async (interactions) => {
    const { cwd, miso } = await smallMiso(['u1'], ({ url }, _body, response) => {
      if (url === '/v1/users/_delete') response.destroy();
      return undefined;
    });
    const option = interactions ? ['--with-interactions'] : [];
    const args = ['users', 'delete', 'u1', '--yes', '--receipt', 'r', '--retries', '0', ...option];
    const { code, stdout } = await miso(args);
    expect(code).toBe(4);
    expect(stdout).toContain(`No user deleted, 1 ${interactions ? 'failed' : 'not finished'}`);
    expect((await linesOf(cwd, 'r')).at(-1)).toMatchObject({ outcome: 'intent', interactions });
  });

  it('does not report a user as missing if a call without a reply may have deleted the user', async () => {
    let calls = 0;
    const { cwd, miso } = await smallMiso(['u1'], (request, _body, response) => {
      if (request.url !== '/v1/users/_delete') return undefined;
      if (++calls === 1) response.destroy();
      return [200, JSON.stringify({ data: { not_found: { count: 1, list: ['u1'] } } })];
    });
    const { code } = await miso(['users', 'delete', 'u1', '--yes', '--receipt', 'r.ndjson']);
    expect(code).toBe(0);
    expect((await linesOf(cwd, 'r.ndjson')).at(-1)).toMatchObject({ outcome: 'deleted', existed: null });
  });

  it('is not a 404 of a gateway', async () => {
    const { deleted, miso } = await smallMiso(['u1'], ({ method }) =>
      method === 'GET' ? [404, page] : undefined,
    );
    for (const option of [['--verify'], ['--backup', 'b']]) {
      const { code, stderr } = await miso(['users', 'delete', 'u1', '--yes', ...option]);
      expect(code).toBe(4);
      expect(stderr).toContain('404');
    }
    expect(deleted).toEqual([]);
  });

  it('searches all ids for a user whose address a gateway refuses', async () => {
    const { users, cwd, miso } = await smallMiso(['org/1', 'u1'], ({ url }) =>
      url!.includes('%2F') ? [404, page] : undefined,
    );
    const args = ['users', 'delete', 'org/1', 'u1', '--yes', '--verify', '--receipt', 'r'];
    expect((await miso(args)).code).toBe(0);
    expect(users.size).toBe(0);
    expect((await linesOf(cwd, 'r')).slice(2)).toMatchObject([
      { user_id: 'org/1', outcome: 'deleted', existed: true, verified: true },
      { user_id: 'u1', outcome: 'deleted', existed: true, verified: true },
    ]);
  });

  it('is also a certificate for people', async () => {
    const { cwd, sandbox, miso } = await scene();
    await upload(sandbox, ['u1', 'a|b`<x>'].map(record));
    const options = ['--verify', '--with-interactions', '--receipt', 'deleted.md', '--json'];
    const { stdout } = await miso(['users', 'delete', 'u1', 'a|b`<x>', 'TYPO', '--yes', ...options]);
    expect(JSON.parse(stdout)).toMatchObject({ receipt: 'deleted.ndjson', certificate: 'deleted.md' });
    expect(await linesOf(cwd, 'deleted.ndjson')).toHaveLength(6);
    const text = await readFile(join(cwd, 'deleted.md'), 'utf8');
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    expect(text).toMatch(
      new RegExp(
        `^\\| <code>u1</code> \\| deleted \\| ${time} \\| yes \\| yes \\| yes, ${time} \\| <code>`,
        'm',
      ),
    );
    expect(text).toContain('| <code>TYPO</code> | not found |');
    expect(text).toContain('Requested: 3 users');
    expect(text).toContain('Verification: after the delete, each user was read');
    expect(text).not.toContain('n u1');
    expect(text).not.toContain('<x>');
  });

  it('is not written through a symbolic link, and is readable by its owner only', async () => {
    const { cwd, sandbox, miso } = await scene();
    await upload(sandbox, ['u1', 'u2'].map(record));
    await writeFile(join(cwd, 'precious'), 'mine\n');
    for (const name of ['r', 'b', 'c.ndjson']) await symlink('precious', join(cwd, name));
    for (const option of [
      ['--receipt', 'r'],
      ['--backup', 'b'],
      ['--receipt', 'c.md'],
    ])
      expect(await miso(['users', 'delete', 'u1', '--yes', ...option])).toMatchObject({ code: 2 });
    expect(await readFile(join(cwd, 'precious'), 'utf8')).toBe('mine\n');
    expect(sandbox.users.size).toBe(2);
    await writeFile(join(cwd, 'open'), '', { mode: 0o666 });
    await miso(['users', 'delete', 'u1', '--yes', '--receipt', 'open', '--backup', 'saved']);
    for (const name of ['open', 'saved']) expect((await stat(join(cwd, name))).mode & 0o777).toBe(0o600);
  });
});

describe('users delete --backup', () => {
  it.each<[string, number, string]>([
    ['the record of another user', 200, JSON.stringify({ data: record('u2') })],
    ['an empty record', 200, JSON.stringify({ data: {} })],
    ['no answer of Miso', 404, page],
    ['an answer that no such user exists', 404, notFound],
  ])('keeps a user if the server returns %s', async (_, status, body) => {
    const { users, deleted, cwd, miso } = await smallMiso(['u1', 'u2'], ({ url, method }) =>
      method === 'GET' && url!.endsWith('/u1') ? [status, body] : undefined,
    );
    const args = ['users', 'delete', 'u1', 'u2', '--yes', '--with-interactions', '--backup', 'b'];
    expect((await miso(args)).code).toBe(1);
    expect([deleted, [...users.keys()]]).toEqual([['u2'], ['u1']]);
    expect(await linesOf(cwd, 'b')).toEqual([record('u2')]);
  });

  it('keeps a user whose address a gateway refuses', async () => {
    const { users, cwd, miso } = await smallMiso(['org/1', 'plain'], ({ url }) =>
      url!.includes('%2F') ? [404, page] : undefined,
    );
    const { code, stderr } = await miso(['users', 'delete', 'org/1', 'plain', '--yes', '--backup', 'b']);
    expect([code, [...users.keys()]]).toEqual([1, ['org/1']]);
    expect(stderr).toContain('org/1: not deleted, because it cannot be saved: ');
    expect(await linesOf(cwd, 'b')).toEqual([record('plain')]);
  });
});

describe('a delete that was killed', () => {
  const ids = Array.from({ length: 30 }, (_, n) => `u${n}`);
  const files = ['--backup', 'b', '--receipt', 'r', '--rpr', '10'];

  it.each([
    ['before the call took effect', false],
    ['after the call took effect', true],
  ])('%s has a line for each deleted user, and can be resumed', async (_, takesEffect) => {
    let kill = () => {};
    let calls = 0;
    const { users, cwd, miso } = await smallMiso(ids, (request, body, response) => {
      if (request.url !== '/v1/users/_delete' || ++calls !== 2) return undefined;
      if (takesEffect) for (const id of JSON.parse(body).data.user_ids) users.delete(id);
      response.on('error', () => {});
      kill();
      return [200, JSON.stringify({ message: 'deleted' })];
    });
    await writeFile(join(cwd, 'ids.txt'), `${ids.join('\n')}\n`);
    const args = ['users', 'delete', '--from', 'ids.txt', '--yes', '--verify', ...files];
    const killed = await miso(args, {
      started: (child) => {
        kill = () => void child.kill('SIGKILL');
      },
    });
    expect(killed.signal).toBe('SIGKILL');
    expect(users.size).toBe(takesEffect ? 10 : 20);
    const noted = new Set((await linesOf(cwd, 'r')).map(({ user_id }) => user_id));
    for (const id of ids) if (!users.has(id)) expect(noted).toContain(id);

    const again = await miso(args);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('--resume') });
    // A kill can cut off the last line.
    await writeFile(join(cwd, 'b'), `${await readFile(join(cwd, 'b'), 'utf8')}{"user_id":"u2`);
    await writeFile(join(cwd, 'r'), `${await readFile(join(cwd, 'r'), 'utf8')}{"time":"20`);
    const resumed = await miso([...args, '--resume', '--json']);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ ids: { asked: 30, deleted: 30 }, resumed: 10 });
    expect(users.size).toBe(0);
    expect(await linesOf(cwd, 'b')).toEqual(ids.map(record));
    const text = await readFile(join(cwd, 'r'), 'utf8');
    const last = new Map(
      text
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line))
        .map((entry) => [entry.user_id, entry]),
    );
    expect([...last.values()]).toMatchObject(
      ids.map((user_id) => ({ user_id, outcome: 'deleted', existed: true, verified: true })),
    );
  });

  it('cannot be resumed without its files', async () => {
    const { deleted, miso } = await smallMiso(['u1']);
    const { code, stderr } = await miso(['users', 'delete', 'u1', '--yes', '--resume']);
    expect([code, deleted]).toEqual([2, []]);
    expect(stderr).toContain('--receipt');
  });

  it('is not resumed with a file that is no backup', async () => {
    const { deleted, cwd, miso } = await smallMiso(['u1']);
    await writeFile(join(cwd, 'notes'), 'mine\n');
    const { code } = await miso(['users', 'delete', 'u1', '--yes', '--resume', '--backup', 'notes']);
    expect([code, deleted]).toEqual([2, []]);
    expect(await readFile(join(cwd, 'notes'), 'utf8')).toBe('mine\n');
  });
});

describe('the prompt of a delete', () => {
  it('names the ids, the server and the profile, and accepts no as an answer', async () => {
    const { cwd, env, sandbox } = await scene();
    await upload(
      sandbox,
      [1, 2, 3, 4, 5, 6, 7].map((n) => record(`u${n}`)),
    );
    await writeFile(join(cwd, '.mirorc'), 'profiles: { staging: {} }\n', { mode: 0o600 });
    const args = ['users', 'delete', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7', '--profile', 'staging'];
    const terminal = onTerminal(args, { cwd, env, columns: 200 });
    await terminal.until(
      `Delete 7 users (u1, u2, u3, u4, u5 and 2 more) from ${sandbox.url} (profile staging)? [y/N]`,
    );
    terminal.type('n\r');
    expect((await terminal.exit).code).toBe(0);
    expect(terminal.screen.text).toContain('Canceled. Nothing was deleted.');
    expect(terminal.screen.text).not.toMatch(/error|✔|!/);
    expect(sandbox.users.size).toBe(7);
  });
});

describe('--max-deletes', () => {
  const ten = Array.from({ length: 10 }, (_, n) => `u${n}`);

  it.each([
    ['2', 3, '3 users to delete, but --max-deletes is 2; nothing was deleted.'],
    ['20%', 3, '3 users to delete, but --max-deletes is 20% of 10 users at Miso; nothing was deleted.'],
    ['0%', 1, '1 user to delete, but --max-deletes is 0% of 10 users at Miso; nothing was deleted.'],
    ['2.5', 1, 'expected a whole number, or a percentage such as 5%, up to 100%'],
    ['110%', 1, 'expected a whole number, or a percentage such as 5%, up to 100%'],
  ])('%s refuses to delete %i of 10', async (limit, count, message) => {
    const { deleted, miso } = await smallMiso(ten);
    const args = ['users', 'delete', ...ten.slice(0, count), '--yes', '--max-deletes', limit];
    const { code, stderr } = await miso(args);
    expect([code, deleted]).toEqual([2, []]);
    expect(stderr.replaceAll('\n  ', ' ')).toContain(message);
  });

  it.each(['3', '30%'])('%s deletes 3 of 10', async (limit) => {
    const { deleted, miso } = await smallMiso(ten);
    const { code } = await miso(['users', 'delete', 'u1', 'u2', 'u3', '--yes', '--max-deletes', limit]);
    expect([code, deleted]).toEqual([0, ['u1', 'u2', 'u3']]);
  });

  it('as a percentage deletes nothing if the users cannot be counted or if there are none', async () => {
    const broken = await smallMiso(ten, ({ url }) => (url === '/v1/users/_ids' ? [404, page] : undefined));
    const args = ['users', 'delete', 'u1', '--yes', '--max-deletes', '100%'];
    expect((await broken.miso(args)).code).toBe(4);
    expect(broken.deleted).toEqual([]);
    const empty = await smallMiso([], ({ url }) => (url === '/v1/users/_ids' ? [404, notFound] : undefined));
    expect((await empty.miso(args)).code).toBe(2);
    expect(empty.deleted).toEqual([]);
  });

  it('as a percentage counts the users of an interrupted run that --resume continues', async () => {
    const { deleted, miso } = await smallMiso(ten);
    const args = ['users', 'delete', 'u1', 'u2', '--yes', '--receipt', 'r.ndjson', '--max-deletes', '20%'];
    expect((await miso(args)).code).toBe(0);
    expect((await miso([...args, '--resume'])).code).toBe(0);
    expect(deleted).toEqual(['u1', 'u2']);
  });

  it('as a percentage is not checked in a dry run, which sends nothing', async () => {
    let requests = 0;
    const { miso } = await smallMiso(ten, () => {
      requests++;
      return undefined;
    });
    const { code, stderr } = await miso(['users', 'delete', ...ten, '--dry-run', '--max-deletes', '10%']);
    expect([code, requests]).toEqual([0, 0]);
    expect(stderr).toContain('is not checked');
  });
});
