import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { InputError, OutputError, UsageError } from '../../src/errors.ts';
import { lock } from '../../src/files/lock.ts';
import { journalLine, parseJournal } from '../../src/upload/journal/journal-format.ts';
import type { Range } from '../../src/upload/journal/ranges.ts';
import { inodeOf } from '../../src/upload/rejects/reject-file.ts';
import { isLinux } from '../platform.ts';
import { csv, faulty, lastOfEach, namesIn, plain, uploadScene, uploadTo } from './scene.ts';

/** An outage of uploads after this many, just long enough to end a run with two retries. */
function outage(after: number) {
  return { do: 'status', status: 503, on: 'upload', after, times: 40 };
}

/** An upload of 2,000 users that stopped somewhere in the middle. */
async function stopped(more: readonly unknown[] = []) {
  const scene = await uploadScene([...more, outage(8)]);
  const users = plain(2000);
  await scene.write('users.csv', csv(users));
  const inputs = ['users.csv'];
  const first = await scene.upload({ inputs, retries: 1, concurrency: 2 });
  expect(first.summary.exitCode).toBe(4);
  // The rest of the outage passes.
  for (let n = 0; n < 40; n++) await probe(scene.sandbox.url);
  const again = (wishes = {}) => scene.upload({ inputs, resume: true, ...wishes });
  return { ...scene, users, first, again, done: first.summary.records };
}

async function probe(url: string): Promise<void> {
  await fetch(`${url}/v1/users?dry_run=1`, {
    method: 'POST',
    headers: { 'x-api-key': 'sandbox', 'content-type': 'application/json' },
    body: '{"data":[]}',
  }).then((response) => response.text());
}

const journals = (cwd: string) => join(cwd, '.journals');

describe('--resume', () => {
  it('sends only what is not stored, and counts the rest as skipped', async () => {
    const { again, done, sandbox, users } = await stopped();
    const { summary } = await again();
    expect(summary).toMatchObject({
      exitCode: 0,
      records: { read: 2000, skipped: done.uploaded, uploaded: 2000 - done.uploaded },
      earlier: { uploaded: done.uploaded },
    });
    expect(namesIn(sandbox)).toEqual(lastOfEach(users));
  });

  it('has nothing to do after a finished upload', async () => {
    const { again, sandbox } = await stopped();
    await again();
    const before = sandbox.stats.calls;
    const { summary } = await again();
    expect(summary).toMatchObject({
      exitCode: 0,
      records: { read: 2000, skipped: 2000 },
      requests: { sent: 0 },
    });
    expect(sandbox.stats.calls).toBe(before);
  });

  it('starts over, and says so, if the finished upload was of an older version of the file', async () => {
    const { again, write } = await stopped();
    await again();
    await write('users.csv', csv(plain(10)));
    const warnings: string[] = [];
    const { summary } = await again({ events: { warning: (text: string) => warnings.push(text) } });
    expect(summary).toMatchObject({ exitCode: 0, records: { read: 10, uploaded: 10, skipped: 0 } });
    expect(summary.warnings).toEqual([{ code: 'note', message: 'Nothing to resume. Starting over.' }]);
  });

  it.each([
    ['is longer', (path: string) => appendFile(path, 'u9999,n\n'), 'its size was'],
    ['was modified', (path: string) => utimes(path, 1, 1), 'its modification time was'],
  ])('refuses a file that %s, and says so', async (_, change, words) => {
    const { again, cwd, sandbox } = await stopped();
    const calls = sandbox.stats.calls;
    await change(join(cwd, 'users.csv'));
    const { error, summary } = await again();
    expect(error).toBeInstanceOf(UsageError);
    expect(summary.error?.message).toContain(words);
    expect(summary).toMatchObject({ exitCode: 2, requests: { sent: 0 } });
    expect(sandbox.stats.calls).toBe(calls);
  });

  it('detects other content with the same size and time', async () => {
    const scene = await uploadScene([outage(8)]);
    await scene.write('users.csv', csv(plain(2000)));
    const path = join(scene.cwd, 'users.csv');
    const time = new Date(1_600_000_000_000);
    await utimes(path, time, time);
    await scene.upload({ inputs: ['users.csv'], retries: 1, concurrency: 2 });
    await writeFile(path, (await readFile(path, 'utf8')).replace(',n3\n', ',x3\n'));
    await utimes(path, time, time);
    const { summary } = await scene.upload({ inputs: ['users.csv'], resume: true });
    expect(summary).toMatchObject({ exitCode: 2, requests: { sent: 0 } });
    expect(summary.error?.message).toMatch(/: .*users\.csv has changed within its first \d+ bytes/);
  });

  it('refuses another key, other settings, another server: each with its reason', async () => {
    const { again, cwd, first } = await stopped();
    const other = await faulty([]);
    const reasons = [
      (await again({ apiKey: 'another' })).summary,
      (await again({ read: { delimiter: ',' } })).summary,
      (await uploadTo(other.url, cwd, { inputs: ['users.csv'], resume: true })).summary,
    ].map(({ exitCode, error }) => `${exitCode} ${error?.message}`);
    expect(reasons).toEqual([
      '2 The interrupted upload cannot be resumed: the API key has changed.',
      '2 The interrupted upload cannot be resumed: delimiter was not set and is now ",".',
      `2 The interrupted upload cannot be resumed: it went to ${first.summary.server}, not to ${other.url}.`,
    ]);
    expect(other.stats.calls).toBe(0);
    const texts = await Promise.all(
      (await readdir(journals(cwd))).map((name) => readFile(join(journals(cwd), name), 'utf8')),
    );
    expect(texts.join('')).not.toContain('sandbox');
  });

  it('is suggested by a run that starts over', async () => {
    const { upload, done } = await stopped();
    const { summary } = await upload({ inputs: ['users.csv'] });
    expect(summary).toMatchObject({ exitCode: 0, records: { uploaded: 2000, skipped: 0 } });
    expect(summary.warnings[0]?.message).toContain(
      `was interrupted after ${done.uploaded} records. Use --resume to continue it.`,
    );
  });

  it('starts over when there is nothing to resume', async () => {
    const { write, upload } = await uploadScene();
    await write('users.csv', csv(plain(5)));
    const { summary } = await upload({ inputs: ['users.csv'], resume: true });
    expect(summary).toMatchObject({ exitCode: 0, records: { uploaded: 5, skipped: 0 } });
    expect(summary.warnings).toHaveLength(1);
  });

  it('stops again at the point where the input cannot be read', async () => {
    const { write, upload, sandbox } = await uploadScene();
    await write('users.csv', `${csv(plain(300))}u300,"never closed`);
    const first = await upload({ inputs: ['users.csv'] });
    expect(first.error).toBeInstanceOf(InputError);
    expect(first.summary).toMatchObject({ exitCode: 5, records: { uploaded: 300 } });
    const again = await upload({ inputs: ['users.csv'], resume: true });
    expect(again.summary).toMatchObject({ exitCode: 5, records: { uploaded: 0, skipped: 300 } });
    expect(sandbox.users.size).toBe(300);
  });

  it('continues over several files, and the last of an id wins across them', async () => {
    const { write, upload, sandbox } = await uploadScene([outage(7)]);
    const [a, b] = [plain(900), plain(500).map(({ id }) => ({ id, name: 'later' }))];
    await write('a.csv', csv(a));
    await write('b.csv', csv(b));
    const inputs = ['a.csv', 'b.csv'];
    let last = await upload({ inputs, retries: 1 });
    expect(last.summary.exitCode).toBe(4);
    for (let n = 0; n < 50 && last.summary.exitCode === 4; n++)
      last = await upload({ inputs, resume: true, retries: 1 });
    expect(last.summary).toMatchObject({ exitCode: 0, records: { read: 1400 } });
    expect(namesIn(sandbox)).toEqual(lastOfEach([...a, ...b]));
  });

  it('is not possible for a stream: reported at the start, and refused with --resume', async () => {
    const { upload } = await uploadScene();
    const stdin = () => Readable.from([Buffer.from(csv(plain(3)))]);
    const warnings: string[] = [];
    const plainRun = await upload({
      inputs: ['-'],
      stdin: stdin(),
      events: {
        started: (view) => void warnings.push(...view.summary().warnings.map(({ message }) => message)),
      },
    });
    expect(plainRun.summary.exitCode).toBe(0);
    expect(warnings).toEqual(["This upload can't be resumed if it is interrupted: <stdin> is a stream."]);
    const resumed = await upload({ inputs: ['-'], stdin: stdin(), resume: true });
    expect(resumed.summary).toMatchObject({ exitCode: 2, requests: { sent: 0 } });
  });
});

describe('the journal', () => {
  it('belongs to one run at a time: the second says so and sends nothing', async () => {
    const { write, upload, cwd } = await uploadScene([outage(1)]);
    await write('users.csv', csv(plain(300)));
    await upload({ inputs: ['users.csv'], retries: 0 });
    const [name] = (await readdir(journals(cwd))).filter((file) => file.endsWith('.journal'));
    const held = await lock(join(journals(cwd), `${name}.lock`), { what: 'Another upload' });
    const { summary } = await upload({ inputs: ['users.csv'], resume: true });
    expect(summary).toMatchObject({ exitCode: 2, requests: { sent: 0 } });
    expect(summary.error?.message).toBe(
      `Another upload of the same input is running (process ${process.pid}).`,
    );
    await held.release();
    expect((await upload({ inputs: ['users.csv'], dryRun: true })).summary.exitCode).not.toBe(2);
  });

  it('is omitted, with a warning, if it cannot be written; --resume requires it', async () => {
    const { write, upload, cwd } = await uploadScene();
    await write('users.csv', csv(plain(3)));
    await writeFile(join(cwd, 'file'), '');
    const nowhere = join(cwd, 'file', 'journals');
    const { summary } = await upload({ inputs: ['users.csv'], journals: nowhere });
    expect(summary).toMatchObject({ exitCode: 0, records: { uploaded: 3 } });
    expect(summary.warnings[0]?.message).toContain(`no journal can be kept in ${nowhere} (ENOTDIR)`);
    const resumed = await upload({ inputs: ['users.csv'], journals: nowhere, resume: true });
    expect(resumed.summary).toMatchObject({ exitCode: 2, error: { code: 'ERR_USAGE' } });
  });

  it('is not touched by a dry run', async () => {
    const { again, cwd, upload } = await stopped();
    const before = await Promise.all(
      (await readdir(journals(cwd))).map((name) => readFile(join(journals(cwd), name), 'utf8')),
    );
    await upload({ inputs: ['users.csv'], dryRun: true });
    const after = await Promise.all(
      (await readdir(journals(cwd))).map((name) => readFile(join(journals(cwd), name), 'utf8')),
    );
    expect(after).toEqual(before);
    expect((await again()).summary.exitCode).toBe(0);
  });
});

describe('the rejects file of an interrupted upload', () => {
  const bad = { do: 'reject', ids: ['u5', 'u1999'] };

  it('is continued, and contains every rejected record once', async () => {
    const { again, cwd } = await stopped([bad]);
    const { summary } = await again();
    expect(summary).toMatchObject({ exitCode: 1, records: { rejected: 1 }, earlier: { rejected: 1 } });
    const rows = (await readFile(join(cwd, 'users.rejected.csv'), 'utf8')).trimEnd().split('\n');
    expect(rows.map((row) => row.split(',')[0])).toEqual(['user_id', 'u5', 'u1999']);
    expect((await stat(join(cwd, 'users.rejected.csv'))).mode & 0o777).toBe(0o600);
    expect(summary.rejectsFiles).toEqual(['users.rejected.csv']);
  });

  it('is cut at the last row in the journal if a row was being written', async () => {
    const { again, cwd } = await stopped([{ do: 'reject', ids: ['u5'] }]);
    const path = join(cwd, 'users.rejected.csv');
    const known = await readFile(path, 'utf8');
    await appendFile(path, 'u1999,n1999,"torn');
    await addPending(cwd, { path, bytes: known.length + 100, done: [1999, 2000] });
    await again();
    expect(await readFile(path, 'utf8')).toBe(known);
  });

  it.each(['u9,mine,\n', 'u9,mine,'])('is not changed if no row was being written: %j', async (added) => {
    const { again, cwd } = await stopped([{ do: 'reject', ids: ['u5'] }]);
    const path = join(cwd, 'users.rejected.csv');
    await appendFile(path, added);
    const edited = await readFile(path, 'utf8');
    await again();
    expect(await readFile(path, 'utf8')).toBe(edited);
  });

  it.each([
    ['is missing', (path: string) => rm(path), undefined],
    [
      'has been edited',
      async (path: string) => writeFile(path, (await readFile(path, 'utf8')).replace('n5', 'fixed')),
      /^user_id,name,_errors\nu5,fixed,/,
    ],
    ['has been replaced', (path: string) => writeFile(path, 'mine'), /^mine$/],
  ])('does not stop --resume when it %s: it is kept, and a new one begins', async (what, change, kept) => {
    const { again, cwd, sandbox } = await stopped([bad]);
    const path = join(cwd, 'users.rejected.csv');
    await change(path);
    const { summary } = await again();
    expect(summary).toMatchObject({ exitCode: 1, records: { read: 2000, rejected: 1 } });
    expect(summary.warnings.map(({ message }) => message)).toContain(
      `The rejects file ${path} ${what === 'is missing' ? what : 'has been edited'}. Further rejected records go to a new file.`,
    );
    expect(await readFile(path, 'utf8')).toMatch(/^user_id,name,_errors\nu1999,[^\n]*\n$/);
    const old = await readFile(join(cwd, 'users.rejected.1.csv'), 'utf8').catch(() => undefined);
    if (kept) expect(old).toMatch(kept);
    else expect(old).toBeUndefined();
    expect(sandbox.users.size).toBe(1998);
  });

  it('stops --resume when it was replaced by a symbolic link', async () => {
    const { again, cwd, sandbox } = await stopped([bad]);
    const path = join(cwd, 'users.rejected.csv');
    await writeFile(join(cwd, 'precious'), await readFile(path));
    await rm(path);
    await symlink(join(cwd, 'precious'), path);
    const calls = sandbox.stats.calls;
    const { summary } = await again();
    expect(summary).toMatchObject({
      exitCode: 2,
      error: { message: expect.stringContaining('symbolic link') },
    });
    expect(sandbox.stats.calls).toBe(calls);
  });

  it.each([
    ['fixed', (path: string) => writeFile(path, 'user_id,name\nu5,fixed\n')],
    ['deleted', (path: string) => rm(path)],
  ])('may be %s once the upload has finished', async (_, change) => {
    const { again, cwd } = await stopped([bad]);
    await again();
    const path = join(cwd, 'users.rejected.csv');
    await change(path);
    const before = await readFile(path, 'utf8').catch(() => undefined);
    const { summary } = await again();
    expect(summary).toMatchObject({ records: { read: 2000, skipped: 2000 }, requests: { sent: 0 } });
    expect(summary.error).toBeUndefined();
    expect(await readFile(path, 'utf8').catch(() => undefined)).toBe(before);
  });

  /** An interrupted upload whose journal says that it created a rejects file and wrote nothing known to it. */
  async function stoppedAfterCreating(content: string, inode: (path: string) => Promise<string | undefined>) {
    const { again, cwd } = await stopped();
    const [name] = (await readdir(journals(cwd))).filter((file) => file.endsWith('.journal'));
    const path = join(cwd, 'users.rejected.csv');
    await writeFile(path, content);
    const created = await inode(path);
    const mark = {
      ...{ bytes: 0, sha256: createHash('sha256').digest('hex') },
      ...(created === undefined ? {} : { inode: created }),
    };
    const counts = { uploaded: 0, rejected: 0, superseded: 0 };
    const line = journalLine({ done: [], counts, rejects: { [path]: mark }, read: [] });
    await appendFile(join(journals(cwd), name!), line);
    return { again, path, cwd };
  }

  /** Adds to the last line of the journal that the run was about to write to its rejects file. */
  async function addPending(
    cwd: string,
    { path, bytes, done }: { readonly path: string; readonly bytes: number; readonly done: Range },
  ) {
    const [name] = (await readdir(journals(cwd))).filter((file) => file.endsWith('.journal'));
    const journal = join(journals(cwd), name!);
    const { progress } = parseJournal(await readFile(journal, 'utf8'))!;
    const pending = [{ path, mark: { bytes, sha256: 'unknown' }, done: [done] }];
    await appendFile(journal, journalLine({ ...progress.at(-1)!, done: [], read: [], pending }));
  }

  it('is not confused with another file of the same name if it was empty', async () => {
    const { again, path } = await stoppedAfterCreating('mine', async () => '1:2');
    const { summary } = await again();
    expect(summary.warnings.map(({ message }) => message)).toEqual([
      `The rejects file ${path} has been replaced. Further rejected records go to a new file.`,
    ]);
    expect(await readFile(path, 'utf8')).toBe('mine');
  });

  it('is continued if the run was killed after creating it, before the journal knew of its content', async () => {
    const { again, path, cwd } = await stoppedAfterCreating('torn', async (file) =>
      inodeOf(await stat(file, { bigint: true })),
    );
    await addPending(cwd, { path, bytes: 100, done: [1999, 2000] });
    expect((await again()).summary.exitCode).toBe(0);
    expect(await readFile(path, 'utf8')).toBe('');
  });

  it('that cannot be written stops the run with a clear line, and nothing is lost', async () => {
    const { write, upload, cwd, sandbox } = await uploadScene([bad]);
    await write('users.csv', csv(plain(3000)));
    await mkdir(join(cwd, 'sub'));
    const first = await upload({ inputs: ['users.csv'], rejects: 'sub/deep/none.csv', concurrency: 1 });
    expect(first.error).toBeInstanceOf(OutputError);
    expect(first.summary).toMatchObject({
      exitCode: 1,
      error: { message: expect.stringContaining('none.csv cannot be written: ENOENT') },
    });
    const { summary } = await upload({ inputs: ['users.csv'], resume: true, rejects: 'sub/fine.csv' });
    expect(summary).toMatchObject({ exitCode: 1, records: { read: 3000 } });
    const rows = (await readFile(join(cwd, 'sub/fine.csv'), 'utf8')).trimEnd().split('\n');
    expect(rows.map((row) => row.split(',')[0])).toEqual(['user_id', 'u5', 'u1999']);
    expect(sandbox.users.size).toBe(2998);
  });

  it.skipIf(!isLinux)('on a full disk stops the run in the same way', async () => {
    const { write, upload } = await uploadScene([bad]);
    await write('users.csv', csv(plain(100)));
    const { summary } = await upload({ inputs: ['users.csv'], rejects: '/dev/full' });
    expect(summary).toMatchObject({
      exitCode: 1,
      error: { code: 'ERR_OUTPUT', message: 'The rejects file /dev/full cannot be written: ENOSPC.' },
    });
  });
});
