import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { OutputError, UsageError } from '../../../src/errors.ts';
import { systemDisk } from '../../../src/files/disk.ts';
import { Journal } from '../../../src/upload/journal/journal.ts';
import {
  journalLine,
  type Progress,
  parseJournal,
  type UploadIdentity,
} from '../../../src/upload/journal/journal-format.ts';
import { loadPreviousRun } from '../../../src/upload/journal/previous-run.ts';
import type { Range } from '../../../src/upload/journal/ranges.ts';
import { windowsDisk } from '../../files/windows-disk.ts';
import { modeOf } from '../../platform.ts';

const root = mkdtempSync(join(tmpdir(), 'miso-journal-'));
afterAll(() => rm(root, { recursive: true, force: true }));
let folders = 0;

const identity: UploadIdentity = { server: 'https://x', key: 'k', inputs: [], settings: { unknown: 'drop' } };

function open(directory = join(root, String(folders++)), resume = false, who = identity, disk = systemDisk) {
  return Journal.open({ directory, identity: who, resume, now: '2024-01-01T00:00:00.000Z', disk });
}

function progress(done: readonly Range[], uploaded = 0): Progress {
  return { done, counts: { uploaded, rejected: 0, superseded: 0 }, rejects: {}, read: [] };
}

const entries = fc.array(
  fc.array(fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 3 }),
  { maxLength: 12 },
);

function numbers(ranges: readonly Range[]): number[] {
  const all = new Set<number>();
  for (const [from, to] of ranges) for (let n = from; n < to; n++) all.add(n);
  return [...all].sort((a, b) => a - b);
}

/** A journal's text, its content after each line, and the end of each line. */
function model(lists: readonly (readonly (readonly [number, number])[])[]) {
  const header = journalLine({ version: 1, startedAt: 'then', identity });
  const states = [{ end: Buffer.byteLength(header), done: [] as Range[], uploaded: 0 }];
  let text = header;
  for (const [n, list] of lists.entries()) {
    const done = list.map(([from, length]): Range => [from, from + length]);
    text += journalLine(progress(done, n + 1));
    states.push({ end: Buffer.byteLength(text), done: [...states.at(-1)!.done, ...done], uploaded: n + 1 });
  }
  return { bytes: Buffer.from(text), states };
}

async function loaded(bytes: Buffer) {
  const path = join(root, `cut-${folders++}`);
  await writeFile(path, bytes);
  const previous = await loadPreviousRun(path);
  await rm(path);
  return previous && { done: numbers(previous.done.toJSON()), uploaded: previous.counts.uploaded };
}

describe('a journal', () => {
  it('cut off at any byte contains what its complete lines say', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.double({ min: 0, max: 1, noNaN: true }), async (lists, share) => {
        const { bytes, states } = model(lists);
        const cut = Math.floor(share * bytes.length);
        const known = states.findLast(({ end }) => end <= cut);
        expect(await loaded(bytes.subarray(0, cut))).toEqual(
          known && { done: numbers(known.done), uploaded: known.uploaded },
        );
      }),
      { numRuns: 200 },
    );
  });

  it('with any byte damaged contains what the lines before it say', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), async (lists, where, change) => {
        const { bytes, states } = model(lists);
        const at = where % bytes.length;
        bytes[at]! ^= change;
        const known = states.findLast(({ end }) => end <= at);
        expect(await loaded(bytes)).toEqual(known && { done: numbers(known.done), uploaded: known.uploaded });
      }),
      { numRuns: 200 },
    );
  });

  it('is read back as it was written, over any number of runs that continue it', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.integer({ min: 1, max: 4 }), async (lists, perRun) => {
        const directory = join(root, String(folders++));
        const all: Range[] = [];
        for (let from = 0, first = true; first || from < lists.length; from += perRun, first = false) {
          const { journal, previous } = await open(directory, !first);
          expect(numbers(previous?.done.toJSON() ?? [])).toEqual(numbers(all));
          for (const list of lists.slice(from, from + perRun)) {
            const done = list.map(([a, length]): Range => [a, a + length]);
            await journal.append(progress(done));
            all.push(...done);
          }
          await journal.close();
        }
        const { journal, previous } = await open(directory, true);
        expect(numbers(previous?.done.toJSON() ?? [])).toEqual(numbers(all));
        await journal.close();
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['', systemDisk],
    [' on Windows', windowsDisk()],
  ])('stays small for any number of lines, and loses none of them%s', async (_, disk) => {
    const directory = join(root, String(folders++));
    const { journal } = await open(directory, false, identity, disk);
    const padding = { '/a/path': { bytes: 1, sha256: 'f'.repeat(2000) } };
    let largest = 0;
    for (let n = 0; n < 1500; n++) {
      const read = n === 0 ? ([[0, { bytes: 9, sha256: 'a' }]] as const) : [];
      await journal.append({ ...progress([[n * 2, n * 2 + 1]], n), rejects: padding, read });
      largest = Math.max(largest, (await stat(journal.path)).size);
    }
    await journal.close();
    expect(largest).toBeLessThan(1.1 * (1 << 20));
    const previous = await loadPreviousRun(journal.path);
    expect(previous?.done.size).toBe(1500);
    expect(previous?.done.has(1)).toBe(false);
    expect(previous?.read.get(0)).toEqual({ bytes: 9, sha256: 'a' });
    expect(previous?.counts.uploaded).toBe(1499);
  });

  it('keeps the longest mark of each input', async () => {
    const directory = join(root, String(folders++));
    const { journal } = await open(directory);
    const mark = (bytes: number) => ({ bytes, sha256: String(bytes) });
    await journal.append({
      ...progress([[0, 1]]),
      read: [
        [0, mark(500)],
        [1, mark(7)],
      ],
    });
    await journal.append({ ...progress([[1, 2]]), read: [[0, mark(64)]] });
    await journal.close();
    expect([...((await loadPreviousRun(journal.path))?.read ?? [])]).toEqual([
      [0, mark(500)],
      [1, mark(7)],
    ]);
  });

  it('is readable by its owner only, and leaves neither lock nor draft behind', async () => {
    const directory = join(root, String(folders++));
    const { journal } = await open(directory);
    expect(await modeOf(journal.path)).toBe(0o600);
    await journal.close();
    expect(await readdir(directory)).toEqual([journal.path.slice(directory.length + 1)]);
  });

  it('is refused to a second run, and released by the first', async () => {
    const directory = join(root, String(folders++));
    const first = await open(directory);
    await expect(open(directory)).rejects.toThrow(UsageError);
    await first.journal.close();
    await (await open(directory)).journal.close();
  });

  it('reports a failure of the disk as an OutputError', async () => {
    const { journal } = await open();
    await journal.close();
    await expect(journal.append(progress([[0, 1]]))).rejects.toThrow(OutputError);
    await expect(journal.sync()).rejects.toThrow(/^The journal .* cannot be written: /);
  });

  it('of another kind, or a missing one, is ignored', () => {
    expect(parseJournal('')).toBeUndefined();
    expect(parseJournal('anything\n')).toBeUndefined();
    expect(parseJournal(journalLine(progress([])))).toBeUndefined();
  });

  it('of an interrupted upload is reported to a run that starts over, and replaced', async () => {
    const directory = join(root, String(folders++));
    const first = await open(directory);
    await first.journal.append(progress([[0, 7]], 7));
    await first.journal.close();
    const second = await open(directory);
    expect(second.previous?.done.size).toBe(7);
    await second.journal.close();
    expect((await loadPreviousRun(second.journal.path))?.done.size).toBe(0);
  });

  it('of a finished upload blocks no other upload', async () => {
    const directory = join(root, String(folders++));
    const first = await open(directory);
    await first.journal.append({ ...progress([[0, 7]], 7), finished: true });
    await first.journal.close();
    const other = { ...identity, settings: { unknown: 'keep' } };
    const second = await open(directory, true, other);
    expect(second.previous).toBeUndefined();
    await second.journal.append(progress([[0, 1]]));
    await second.journal.close();
    await expect(open(directory, true)).rejects.toThrow('unknown was "keep" and is now "drop"');
    expect(await readFile(second.journal.path, 'utf8')).toContain('keep');
  });
});

it('is deleted after a month, with what killed runs left, even if its upload has not finished', async () => {
  const directory = join(root, String(folders++));
  const names = ['finished', 'open', 'fresh'];
  const who = (name: string) => ({ ...identity, server: `https://${name}` });
  const paths: string[] = [];
  for (const name of names) {
    const { journal } = await open(directory, false, who(name));
    if (name !== 'open') await journal.append({ ...progress([[0, 1]]), finished: true });
    await journal.close();
    paths.push(journal.path);
    const days = name === 'fresh' ? 29 : 31;
    const then = (Date.parse('2024-01-01T00:00:00.000Z') - days * 86_400_000) / 1000;
    await utimes(journal.path, then, then);
  }
  for (const kind of ['journal.5f3c.new', 'lock', 'lock.5f3c', 'lock.5f3c.stale']) {
    await writeFile(join(directory, `0123-4567.${kind}`), '');
    await utimes(join(directory, `0123-4567.${kind}`), 1, 1);
  }
  const { journal } = await open(directory, false, who('now'));
  await journal.close();
  const left = (await readdir(directory)).map((name) => join(directory, name));
  expect(left.sort()).toEqual([paths[2], journal.path].sort());
});
