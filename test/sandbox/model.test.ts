import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../src/sandbox/http/server.ts';
import { effort } from '../effort.ts';
import { call, start, upload } from './start.ts';

const id = fc.constantFrom('a', 'b', 'c/d', '..', 'constructor', '🦊');
const record = fc.record({ user_id: id, name: fc.string({ unit: 'binary' }) });
const step = fc.oneof(
  fc.record({ upload: fc.array(record, { maxLength: 4 }) }),
  fc.record({ delete: fc.array(id, { maxLength: 3 }) }),
);

it('contains what a map would contain after any uploads and deletes, also after a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'miso-sandbox-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  let run = 0;
  const property = fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
    run += 1;
    const data = join(folder, `users-${run}`);
    const model = new Map<string, object>();
    const sandbox = await startSandbox({ data });
    for (const each of steps) {
      if ('upload' in each) {
        for (const user of each.upload) model.set(user.user_id, user);
        expect((await upload(sandbox, each.upload)).status).toBe(200);
      } else {
        for (const gone of each.delete) model.delete(gone);
        await call(sandbox, 'POST', '/v1/users/_delete', { data: { user_ids: each.delete } });
      }
    }
    expect(new Map(sandbox.users.entries())).toEqual(model);
    await sandbox.close();
    const again = await startSandbox({ data });
    expect(new Map(again.users.entries())).toEqual(model);
    await again.close();
  });
  await fc.assert(property, { numRuns: effort(20, 500) });
});

it('answers any body with 200 or 422, and stores nothing of a call that it refuses', async () => {
  const sandbox = await start();
  const field = fc.constantFrom(
    'user_id',
    'age',
    'created_at',
    'profile_image',
    'custom_attributes',
    '__proto__',
    'x',
  );
  const almostUser = fc.dictionary(field, fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true });
  const body = fc.oneof(
    fc
      .record({ data: fc.array(fc.oneof(almostUser, record, fc.jsonValue()), { maxLength: 5 }) })
      .map((value) => JSON.stringify(value)),
    fc.json(),
    fc.string({ unit: 'binary' }),
  );
  const property = fc.asyncProperty(body, async (text) => {
    const before = sandbox.users.size;
    const answer = await call(sandbox, 'POST', '/v1/users', text);
    expect([200, 422]).toContain(answer.status);
    if (answer.status === 422) expect(sandbox.users.size).toBe(before);
    for (const [stored, user] of sandbox.users.entries()) expect(user['user_id']).toBe(stored);
  });
  await fc.assert(property, { numRuns: effort(100, 3000) });
});
