import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readState, type State, writeState } from '../../../src/sync/state/state-file.ts';
import type { StateHeader } from '../../../src/sync/state/state-header.ts';
import { UserTable, userFlag } from '../../../src/sync/state/user-table.ts';
import { freshFolder } from '../../folder.ts';
import { isWindows, modeOf } from '../../platform.ts';

const header: StateHeader = {
  version: 2,
  serial: 3,
  time: '2026-01-01T00:00:00.000Z',
  set: 'crm',
  server: 'https://api.askmiso.com',
  key: 'k',
  shaping: { id: 's' },
  salt: 'f'.repeat(32),
  users: 0,
  inputs: [{ path: 'users.csv', columns: ['user_id', 'naïve'] }],
  tasks: [{ id: 't', kind: 'upload', since: 1, ids: ['0000000000000001'], records: ['0000000000000002'] }],
};

function tableOf(
  users: Iterable<readonly [high: number, low: number, record: number, gone: number]>,
): UserTable {
  const table = new UserTable();
  for (const [high, low, record, gone] of users) {
    const slot = table.insert({ high, low });
    table.setRecord(slot, { high: record, low: 2 ** 32 - 1 - record });
    table.setGoneSince(slot, gone);
    table.set(slot, userFlag.stored);
  }
  return table;
}

async function stateOf(path: string): Promise<State> {
  const state = await readState(path);
  if (typeof state !== 'object') throw new Error(`expected a state, found ${state}`);
  return state;
}

const contentOf = ({ users }: State) =>
  [...users.slots()].map((slot) => ({
    id: users.id(slot),
    record: users.record(slot),
    gone: users.goneSince(slot),
  }));

describe('a state file', () => {
  it('is read back as it was written, sorted, and readable by its owner only', async () => {
    const folder = await freshFolder();
    const word = fc.oneof(
      fc.nat(2 ** 32 - 1),
      fc.integer({ min: 2 ** 32 - 40, max: 2 ** 32 - 1 }),
      fc.nat(3),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(word, word, word, word), { maxLength: 300 }), async (rows) => {
        const path = join(folder, 'a.state');
        const users = tableOf(rows);
        users.set(users.insert({ high: 7, low: 7777 }), userFlag.remote);
        await writeState(path, { header, users });
        const state = await stateOf(path);
        const stored = contentOf({ header, users }).filter(({ id }) =>
          users.has(users.find(id)!, userFlag.stored),
        );
        expect(state.header).toEqual({ ...header, users: stored.length });
        const key = ({ id }: { id: { high: number; low: number } }) => [id.high, id.low].join();
        const sort = (all: ReturnType<typeof contentOf>) => all.sort((a, b) => (key(a) < key(b) ? -1 : 1));
        expect(sort(contentOf(state))).toEqual(sort(stored));
        const bytes = await readFile(path);
        const body = bytes.subarray(bytes.length - 32 - 20 * stored.length, bytes.length - 32);
        const ids = stored.map((_, n) => [body.readUInt32LE(n * 20), body.readUInt32LE(n * 20 + 4)] as const);
        expect(ids).toEqual([...ids].sort((a, b) => a[0] - b[0] || a[1] - b[1]));
        expect(await modeOf(path)).toBe(0o600);
      }),
      { numRuns: 60 },
    );
  });

  it('is reported as damaged if any byte is changed, missing or added', async () => {
    const folder = await freshFolder();
    const path = join(folder, 'a.state');
    await writeState(path, {
      header,
      users: tableOf([
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ]),
    });
    const bytes = await readFile(path);
    for (let at = 0; at < bytes.length; at++) {
      const broken = Buffer.from(bytes);
      broken[at]! ^= 1;
      await writeFile(path, broken);
      expect(await readState(path), `byte ${at}`).toMatch(/damaged|other-version/);
    }
    for (const broken of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from('x')]), Buffer.alloc(0)]) {
      await writeFile(path, broken);
      expect(await readState(path)).toBe('damaged');
    }
  });

  it('may be missing or of another version', async () => {
    const folder = await freshFolder();
    const path = join(folder, 'a.state');
    expect(await readState(path)).toBeUndefined();
    await writeState(path, { header: { ...header, version: 1 as never }, users: new UserTable() });
    expect(await readState(path)).toBe('other-version');
  });

  it.skipIf(isWindows)('is not read through a symbolic link', async () => {
    const folder = await freshFolder();
    await writeState(join(folder, 'real'), { header, users: new UserTable() });
    await symlink(join(folder, 'real'), join(folder, 'link'));
    await expect(readState(join(folder, 'link'))).rejects.toMatchObject({ code: 'ELOOP' });
  });
});
