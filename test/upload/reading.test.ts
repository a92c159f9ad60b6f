import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/errors.ts';
import { csv, lastOfEach, namesIn, plain, uploadScene, withRepeats } from './scene.ts';

describe('reading an input in pieces', () => {
  // About one, two, three and four of the pieces in which a file is read.
  it.each([4000, 8000, 12_000, 16_000])(
    'stores the %i records before the point where a file is cut off',
    async (count) => {
      const { write, upload, sandbox } = await uploadScene();
      await write('users.csv', `${csv(plain(count))}u-cut,"no end`);
      const { summary } = await upload({ inputs: ['users.csv'] });
      expect(summary.exitCode).toBe(exitCodes.input);
      expect(summary.error?.message).toContain(`line ${count + 2}`);
      expect(summary.records).toMatchObject({ read: count, uploaded: count });
      expect(namesIn(sandbox).size).toBe(count);
    },
  );

  it('resumes where it was stopped, and counts each record once', async () => {
    let left = 20;
    const stop = new AbortController();
    const { write, upload, sandbox } = await uploadScene([], {
      onRequest: () => {
        if (--left === 0) stop.abort(new Error('enough'));
      },
    });
    const users = withRepeats(8000, 7);
    await write('users.csv', csv(users));
    const soft = { soft: stop.signal, hard: new AbortController().signal };
    const first = await upload({ inputs: ['users.csv'], stop: soft });
    expect(first.summary.resumable).toBe(true);
    const { summary } = await upload({ inputs: ['users.csv'], resume: true });
    const { read, uploaded, superseded, skipped } = summary.records;
    const before = first.summary.records;
    expect(skipped).toBeGreaterThan(0);
    expect(skipped).toBe(before.uploaded + before.superseded);
    expect([read, uploaded + superseded + skipped]).toEqual([8000, 8000]);
    expect(namesIn(sandbox)).toEqual(lastOfEach(users));
  });

  it('traces records that Miso refuses to their file, line and text', async () => {
    const { write, upload, cwd } = await uploadScene([{ do: 'vague', ids: ['u1234', 'u4321'] }]);
    await write('a.csv', csv(plain(3000)));
    await write('b.csv', csv(plain(5000).slice(3000)));
    const { summary } = await upload({ inputs: ['a.csv', 'b.csv'] });
    expect(summary.records).toMatchObject({ read: 5000, uploaded: 4998, rejected: 2 });
    const places = summary.errors.flatMap(({ examples }) => examples.map(({ file, line }) => [file, line]));
    expect(places.sort()).toEqual([
      ['a.csv', 1236],
      ['b.csv', 1323],
    ]);
    expect(summary.files.map(({ records }) => records)).toEqual([3000, 2000]);
    const rejects = await Promise.all(
      ['a.rejected.csv', 'b.rejected.csv'].map((name) => readFile(join(cwd, name), 'utf8')),
    );
    expect(rejects[0]).toMatch(/^user_id,name,_errors\nu1234,n1234,"/);
    expect(rejects[1]).toMatch(/^user_id,name,_errors\nu4321,n4321,"/);
  });

  it('keeps the size limit of a request', async () => {
    const { write, upload } = await uploadScene();
    await write('users.csv', `user_id,name\nu1,${'n'.repeat(5)}\nu2,${'n'.repeat(6)}\n`);
    const body = '{"data":[{"user_id":"u1","name":"nnnnn"}]}'.length;
    const { summary } = await upload({ inputs: ['users.csv'], bytesPerRequest: body });
    expect(summary.records).toMatchObject({ uploaded: 1, rejected: 1 });
    expect(summary.errors[0]?.examples[0]).toMatchObject({ line: 3, user_id: 'u2' });
  });
});
