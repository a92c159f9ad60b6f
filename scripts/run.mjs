import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

/** Runs a command in this terminal; a failure ends the script with its exit code. */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? (signal ? 1 : 0));
}

/** Runs a program of a dependency. Not through npx, which looks elsewhere during a global installation and asks the registry. */
export function tool(program, ...args) {
  run(process.execPath, [`node_modules/${program}`, ...args]);
}

/** Runs tests with additional environment variables; variables that are set already win. */
export function vitest(args, env = {}) {
  run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args], {
    env: { ...env, ...process.env },
  });
}

/** Installs the dependencies when they are missing or older than the lock file. */
export function installIfMissing() {
  const installed = 'node_modules/.package-lock.json';
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs) return;
  // npm is a script on Windows, which only a shell can start.
  run('npm', ['ci', '--no-audit', '--no-fund'], { shell: process.platform === 'win32' });
}
