import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampled } from '../effort.ts';
import { csv, plain } from '../upload/scene.ts';
import { scene } from './run.ts';

/** A module that makes the program fail outside of any call: a timer throws after the fifth response, or a promise rejects. */
const crashes = {
  'an exception in a callback': "setImmediate(() => { throw new Error('injected'); })",
  'a rejection that is not handled': "void Promise.reject(new Error('injected'))",
};

function crashAfterFifthResponse(action: string): string {
  return `
const { ClientRequest } = require('node:http');
const { emit } = ClientRequest.prototype;
let responses = 0;
ClientRequest.prototype.emit = function (event, ...args) {
  if (event === 'response' && ++responses === 5) ${action};
  return emit.call(this, event, ...args);
};
`;
}

describe('a crash of the program', () => {
  it.each(sampled(Object.entries(crashes)))(
    'by %s reports what was stored, and can be resumed',
    async (_, action) => {
      const { cwd, miso, sandbox } = await scene();
      await writeFile(join(cwd, 'users.csv'), csv(plain(3000)));
      await writeFile(join(cwd, 'crash.cjs'), crashAfterFifthResponse(action));
      const args = ['users', 'upload', 'users.csv', '--json', '--report', 'report.json'];
      const env = { NODE_OPTIONS: `--require ${join(cwd, 'crash.cjs')}` };
      const { code, stdout, stderr } = await miso([...args, '--concurrency', '2'], { env });

      expect(code).toBe(70);
      expect(stderr).toContain('injected');
      const summary = JSON.parse(stdout);
      expect(summary).toMatchObject({ exitCode: 70, resumable: true, error: { code: 'ERR_BUG' } });
      expect(summary.records.uploaded).toBeGreaterThanOrEqual(400);
      expect(summary.records.uploaded).toBeLessThanOrEqual(sandbox.users.size);
      expect(JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'))).toEqual(summary);

      const again = await miso([...args, '--resume']);
      expect(again.code).toBe(0);
      expect(JSON.parse(again.stdout).records).toMatchObject({
        read: 3000,
        skipped: summary.records.uploaded,
      });
      expect(sandbox.users.size).toBe(3000);
    },
  );
});
