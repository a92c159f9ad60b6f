import { describe, expect, it } from 'vitest';
import { upload } from '../sandbox/start.ts';
import { scene } from './run.ts';

describe('users read --fields', () => {
  it('says which of them no record has, and only those', async () => {
    const { sandbox, miso } = await scene();
    await upload(sandbox, [
      { user_id: 'u1', age: 7 },
      { user_id: 'u2', custom_attributes: { plan: 'pro' } },
    ]);
    const read = (fields: string) => miso(['users', 'read', 'u1', 'u2', '--fields', fields]);

    const mistyped = await read('user_id,age,plan');
    expect(mistyped).toMatchObject({ code: 0, stdout: '{"user_id":"u1","age":7}\n{"user_id":"u2"}\n' });
    expect(mistyped.stderr).toContain('--fields names plan, which no record has');
    expect(mistyped.stderr).not.toContain('names age');

    expect(await read('user_id,custom_attributes.plan')).toMatchObject({ code: 0, stderr: '' });
  });

  it('says nothing of fields where nobody was found', async () => {
    const { miso } = await scene();
    const { code, stderr } = await miso(['users', 'read', 'u1', '--fields', 'nope']);
    expect(code).toBe(1);
    expect(stderr).not.toContain('--fields');
  });
});
