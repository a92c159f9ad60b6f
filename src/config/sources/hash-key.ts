import { resolve } from 'node:path';
import type { Merged } from '../merge.ts';
import { usageErrorOf } from '../problem.ts';
import { hashKey } from '../rules/api-key.ts';
import type { Secret } from '../secret.ts';
import { type Environment, hashKeyVariable } from './environment.ts';
import { readKeyFile } from './key-file.ts';
import { originText } from './layer.ts';

interface KeySources {
  readonly dotenv?: { readonly variables: Environment } | undefined;
}

/**
 * The key of --hash. In order of priority: the file of --hash-key-file, MISO_HASH_KEY in the environment or
 * in .env, or the file that another source sets. No flag takes the key itself, because process lists would
 * show it.
 */
export async function hashKeyOf(
  { settings, origins }: Merged,
  { dotenv }: KeySources,
  { env, cwd }: { readonly env: Environment; readonly cwd: string },
): Promise<Secret | undefined> {
  const { hashKeyFile, columns } = settings;
  if (Object.keys(columns.hash ?? {}).length === 0) return undefined;
  const origin = origins.get('hashKeyFile');
  const written = env[hashKeyVariable] || dotenv?.variables[hashKeyVariable];
  if (written && origin?.kind !== 'flag') {
    const result = hashKey.read(written, { kind: 'text', path: (path) => path });
    if (result.ok) return result.value;
    throw usageErrorOf([{ place: hashKeyVariable, message: result.problem }]);
  }
  if (hashKeyFile === undefined || origin === undefined) return undefined;
  return await readKeyFile(resolve(cwd, hashKeyFile), originText(origin), hashKey);
}
