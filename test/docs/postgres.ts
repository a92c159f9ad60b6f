import { execFile, execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const run = promisify(execFile);
const versions = '/usr/lib/postgresql';

/** The folder of the server's programs, which are not in PATH on Debian; undefined where there is no server. */
export const postgresPrograms = existsSync(versions)
  ? readdirSync(versions)
      .map((version) => join(versions, version, 'bin'))
      .find((folder) => existsSync(join(folder, 'initdb')))
  : undefined;

/** The server refuses to run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/**
 * Starts a PostgreSQL server with an empty database `shop`, removed after the test. Resolves with the
 * variables for psql.
 */
export async function startPostgres(): Promise<Record<string, string>> {
  const programs = postgresPrograms!;
  const user = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), 'miso-postgres-'));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid ?? user.uid);
  const data = join(folder, 'data');
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' };
  const call = (name: string, args: readonly string[]) =>
    run(join(programs, name), args, { ...user, cwd: folder, env });
  await call('initdb', ['--no-sync', '--auth=trust', '--username=shop', data]);
  // No network: a socket in its own folder.
  const options = `-c listen_addresses= -c fsync=off -k ${folder}`;
  await call('pg_ctl', ['start', '-w', '-D', data, '-o', options, '-l', join(folder, 'log')]);
  onTestFinished(async () => {
    await call('pg_ctl', ['stop', '-m', 'immediate', '-D', data]);
    rmSync(folder, { recursive: true, force: true });
  });
  const variables = { PGHOST: folder, PGUSER: 'shop' };
  await run(join(programs, 'createdb'), ['shop'], { env: { ...env, ...variables } });
  return variables;
}
