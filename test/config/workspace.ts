import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { type Resolved, resolveSettings, type SettingsInput } from '../../src/config/resolve.ts';
import { UsageError } from '../../src/errors.ts';

/** A folder with these files, removed after the test. */
export interface Workspace {
  readonly root: string;
  readonly path: (...parts: string[]) => string;
  readonly write: (name: string, content: string | object, mode?: number) => string;
}

const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

export function workspace(): Workspace {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'miso-config-')));
  roots.push(root);
  const path = (...parts: string[]): string => join(root, ...parts);
  const write = (name: string, content: string | object, mode = 0o600): string => {
    const file = path(name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), { mode });
    return file;
  };
  return { root, path, write };
}

/** Resolves in a workspace: its `work` folder is the working directory and `home` the home folder. */
export async function resolveIn(space: Workspace, input: Partial<SettingsInput> = {}): Promise<Resolved> {
  mkdirSync(space.path('work'), { recursive: true });
  return await resolveSettings({
    flags: {},
    env: {},
    cwd: space.path('work'),
    home: space.path('home'),
    ...input,
  });
}

/** The UsageError with which a promise ends. */
export async function usageErrorFrom(promise: Promise<unknown>): Promise<UsageError> {
  const error = await promise.then(
    () => new Error('it should have failed'),
    (reason: unknown) => reason,
  );
  if (error instanceof UsageError) return error;
  throw error;
}
