import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../../src/report/output.ts';

function failingWith(code: string) {
  const write: Writable['_write'] = (_chunk, _encoding, done) =>
    done(Object.assign(new Error(code), { code }));
  const stream = Object.assign(new Writable({ write }), { fd: -1 });
  return createOutput(stream as never, { name: 'Standard output', env: {} });
}

describe('an output', () => {
  it.each(['EPIPE', 'EOF'])(
    'is closed, without an error, when its reader has closed the pipe: %s',
    async (code) => {
      const output = failingWith(code);
      await output.write('a');
      expect(output.closed).toBe(true);
    },
  );

  it('reports any other failure', async () => {
    const output = failingWith('ENOSPC');
    await expect(output.write('a')).rejects.toThrow('Standard output cannot be written: ENOSPC.');
    expect(output.closed).toBe(false);
  });
});
