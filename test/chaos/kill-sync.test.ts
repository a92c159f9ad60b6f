import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bin, scene } from '../cli/run.ts';
import { effortOf } from '../effort.ts';
import { seeded } from '../upload/scene.ts';

const kills = effortOf('MISO_CHAOS_SYNC_KILLS', 4, 30);
const seed = Number(process.env['MISO_CHAOS_SEED'] ?? 1 + (Date.now() % 1_000_000));
const count = 600;

it(`${kills} kills during syncs with deletes lose nothing, and delete no user of the export (MISO_CHAOS_SEED=${seed})`, async () => {
  const random = seeded(seed);
  let killer = () => {};
  const { sandbox, cwd, env } = await scene({ onRequest: () => killer(), taskDelay: 20 });
  const cities = new Map(Array.from({ length: count }, (_, n) => [`u${n}`, 'Rome']));
  const args = ['users', 'sync', 'users.csv', '--name', 'crm', '--delete', '--yes', '--rpr', '20'];
  const limits = ['--max-deletes', '100%', '--max-changes', '100%', '--quiet'];
  const sync = async (killAt: number | undefined) => {
    const rows = [...cities].map(([id, city]) => `${id},${city}\n`);
    await writeFile(join(cwd, 'users.csv'), `user_id,city\n${rows.join('')}`);
    const from = sandbox.requests.length;
    const child = spawn(process.execPath, [bin, ...args, ...limits], { cwd, env, stdio: 'ignore' });
    let left = killAt ?? -1;
    killer = () => {
      if (--left === 0) setTimeout(() => child.kill('SIGKILL'), random() * 10);
    };
    const code = await new Promise((resolve) => child.on('close', resolve));
    killer = () => {};
    const deleted = sandbox.requests
      .slice(from)
      .filter(({ path }) => path === '/v1/users/_delete')
      .flatMap(({ ids }) => ids);
    expect(deleted.filter((id) => cities.has(id))).toEqual([]);
    return code;
  };
  await sync(undefined);
  let killed = 0;
  for (let n = 0; n < kills; n++) {
    // A tenth is gone, a tenth changed, and as many are new.
    for (const id of [...cities.keys()]) {
      const chance = random();
      if (chance < 0.1) cities.delete(id);
      else if (chance < 0.2) cities.set(id, `city ${n}`);
    }
    for (let more = 0; more < count / 10; more++) cities.set(`n${n}-${more}`, 'Rome');
    if ((await sync(1 + Math.floor(random() * 60))) === null) killed++;
  }
  expect(killed).toBeGreaterThan(kills / 3);
  expect(await sync(undefined)).toBe(0);
  expect(await sync(undefined)).toBe(0);
  const held = new Map([...sandbox.users.entries()].map(([id, record]) => [id, record['city']]));
  expect([...held].sort()).toEqual([...cities].sort());
}, 300_000);
