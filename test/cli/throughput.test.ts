import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/http/server.ts';
import { scene } from './run.ts';

const users = (count: number) => Array.from({ length: count }, (_, n) => `{"user_id":"u${n}"}\n`).join('');

interface Limit {
  readonly limitedBy: string;
  /** Number of calls, with one record each. */
  readonly calls: number;
  readonly server?: SandboxOptions;
  readonly args?: readonly string[];
}

describe('throughput in the summary', () => {
  it.each<Limit>([
    { limitedBy: 'latency', calls: 20, server: { latency: 1000 } },
    { limitedBy: 'concurrency', calls: 40, server: { latency: 100 }, args: ['--concurrency', '2'] },
    { limitedBy: 'requests-per-second', calls: 20, args: ['--requests-per-second', '10'] },
    { limitedBy: 'bytes-per-second', calls: 10, args: ['--bytes-per-second', '150'] },
    { limitedBy: 'server', calls: 30, server: { rate: 10 } },
  ])('reports what limited the run: $limitedBy', async ({ limitedBy, calls, server, args }) => {
    const { cwd, miso } = await scene(server);
    await writeFile(join(cwd, 'users.ndjson'), users(calls));
    const upload = ['users', 'upload', 'users.ndjson', '--rpr', '1', '--json', ...(args ?? [])];
    const { code, stdout } = await miso(upload);
    expect(code).toBe(0);
    const { throughput, durationMs } = JSON.parse(stdout);
    expect(throughput.limitedBy).toBe(limitedBy);
    expect(throughput.recordsPerSecond).toBe(Math.round(calls / (durationMs / 1000)));
    const { peak, typical } = throughput.concurrency;
    expect(typical).toBeLessThanOrEqual(peak);
    expect(peak).toBeLessThanOrEqual(limitedBy === 'concurrency' ? 2 : 64);
  });

  it('is printed for a short run only with --verbose', async () => {
    const { cwd, miso } = await scene({ latency: 50 });
    await writeFile(join(cwd, 'users.ndjson'), users(40));
    const upload = ['users', 'upload', 'users.ndjson', '--rpr', '1', '--concurrency', '2'];
    const limit = /records\/s, 2 requests at a time; limited by --concurrency\n/;
    expect((await miso([...upload, '--verbose'])).stdout).toMatch(limit);
    expect((await miso(upload)).stdout).not.toMatch(limit);
  });

  it('reports this machine as the limit if the input arrives slowly', async () => {
    const { sandbox, miso } = await scene();
    const lines = Readable.from(slowly(sandbox, 20));
    const { stdout } = await miso(['users', 'upload', '--format', 'ndjson', '--rpr', '1', '--json'], {
      stdin: lines,
    });
    expect(JSON.parse(stdout)).toMatchObject({
      records: { uploaded: 20 },
      throughput: { limitedBy: 'machine' },
    });
  });
});

/** Long lines of users, with no more than four that are being read and were not stored yet. */
async function* slowly(sandbox: Sandbox, count: number) {
  const about = 'x'.repeat(1 << 16);
  for (let n = 0; n < count; n++) {
    await expect.poll(() => sandbox.users.size).toBeGreaterThanOrEqual(n - 4);
    yield Buffer.from(`${JSON.stringify({ user_id: `u${n}`, custom_attributes: { about } })}\n`);
  }
}
