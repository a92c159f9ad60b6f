import type { SandboxOptions } from '../../src/sandbox/http/server.ts';
import type { UpdateSettings } from '../../src/update/settings.ts';
import { UpdateStats } from '../../src/update/stats.ts';
import { createUpdateSender } from '../../src/update/update-sender.ts';
import { upload } from '../sandbox/start.ts';
import { uploadScene, type Wishes } from '../upload/scene.ts';

type Record = Readonly<{ user_id: string } & { [key: string]: unknown }>;

/** A folder, a sandbox with some users, and a way to update them from files of the folder. */
export async function updateScene(
  users: readonly Record[],
  faults: readonly unknown[] = [],
  options: SandboxOptions & { planSeed?: number } = {},
) {
  const scene = await uploadScene(faults, options);
  const { sandbox } = scene;
  // In calls of 1,000: a fault on uploads begins after them.
  for (let from = 0; from < users.length; from += 1000) await upload(sandbox, users.slice(from, from + 1000));
  const reads = () =>
    sandbox.requests
      .filter(({ method, path }) => method === 'GET' && !path.includes('/_'))
      .map(({ ids }) => ids[0]);
  return {
    ...scene,
    /** The ids that were read, in order. */
    reads,
    users: () => Object.fromEntries(sandbox.users.entries()),
    update: (wishes: Wishes, given: Partial<UpdateSettings> = {}) => {
      const settings = { create: false, clear: [], dropUnknown: false, ...given };
      const stats = new UpdateStats({ dryRun: wishes.dryRun ?? false });
      return scene.upload({
        command: 'users update',
        variant: settings,
        wait: true,
        keepsNulls: true,
        sender: (session) => ({
          createSender: createUpdateSender({ session, settings, stats }),
          details: () => stats.details,
        }),
        ...wishes,
      });
    },
  };
}

/** Users with every kind of field. */
export function richUsers(count: number): Record[] {
  return Array.from({ length: count }, (_, n) => ({
    user_id: `u${n}`,
    name: `Name ${n}`,
    age: n % 90,
    city: 'Rome',
    created_at: '2024-02-29T10:00:00Z',
    custom_attributes: { plan: n % 3 === 0 ? 'pro' : 'free', score: n / 7, tags: ['a', `t${n}`] },
  }));
}
