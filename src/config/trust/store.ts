import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digest } from '../../digest.ts';
import { orOutputError, replaceFile } from '../../files/write.ts';

/** A trusted file, identified by its path and content. */
export interface TrustedFile {
  readonly realPath: string;
  /** SHA-256 of the content. */
  readonly hash: string;
}

/** Whether the user trusted a file with `miso config trust`. `folder`: the user's own miso folder. */
export async function isTrusted(file: TrustedFile, folder: string | undefined): Promise<boolean> {
  if (folder === undefined) return false;
  return await stat(recordOf(file, folder)).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

/** Trusts a file until its content or its path changes. */
export async function trustFile(file: TrustedFile, folder: string): Promise<void> {
  const record = recordOf(file, folder);
  await mkdir(join(folder, 'trusted'), { recursive: true, mode: 0o700 });
  await orOutputError(replaceFile(record, `${file.realPath}\n`), { name: record });
}

function recordOf({ realPath, hash }: TrustedFile, folder: string): string {
  return join(folder, 'trusted', digest(`${realPath}\0${hash}`));
}
