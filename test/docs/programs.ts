import { spawnSync } from 'node:child_process';

/** Whether all these programs are installed. */
export function has(...programs: readonly string[]): boolean {
  return programs.every((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0);
}

/** Whether the programs that a script of the documentation uses, beyond those of every system, are installed. */
export function canRun(script: string): boolean {
  return ['jq', 'psql', 'sqlite3'].every((name) => !new RegExp(`\\b${name} `).test(script) || has(name));
}
