import { describe, expect, it } from 'vitest';
import { runOnPty } from '../../scripts/docs/pty.mjs';
import { isWindows } from '../platform.ts';

describe.skipIf(isWindows)('runOnPty', () => {
  it('reads everything that a program wrote before it exited, even when the reader is late', async () => {
    let read = '';
    const lines = 'n=0; while [ $n -lt 200 ]; do printf "%060d\\n" $n; n=$((n+1)); done; exit 7';
    const { exit } = runOnPty('/bin/sh', ['-c', lines], {
      onData: (data) => {
        read += data;
      },
    });
    // By then the program has written everything and exited, and nothing was read.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);

    expect(await exit).toBe(7);
    expect(read.split('\r\n')).toHaveLength(201);
  });

  it('passes on control sequences of the program that look like the start of its own', async () => {
    let read = '';
    const { exit } = runOnPty(
      '/bin/sh',
      ['-c', `printf '\\033]0;title\\007a\\033]mi'; sleep 0.1; printf z`],
      {
        onData: (data) => {
          read += data;
        },
      },
    );

    expect(await exit).toBe(0);
    expect(read).toBe('\u001b]0;title\u0007a\u001b]miz');
  });

  it('resolves without an exit code when the program is killed', async () => {
    const { exit, kill } = runOnPty('/bin/sh', ['-c', 'exec sleep 60'], { onData: () => {} });
    kill();

    expect(await exit).toBeUndefined();
  });
});
