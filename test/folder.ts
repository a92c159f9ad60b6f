import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own, removed after the test. */
export async function freshFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'miso-test-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Files of a folder: content by path. */
export type Files = Readonly<Record<string, string | Buffer>>;

/** Writes files and the folders that they are in. */
export async function writeAll(cwd: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), content);
  }
}
