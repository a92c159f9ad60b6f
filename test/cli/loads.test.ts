import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleOptions } from '../../scripts/bundle.mjs';
import { sampled } from '../effort.ts';
import { upload } from '../sandbox/start.ts';
import { isBinary, scene } from './run.ts';

/**
 * Folders of `src` and dependencies in each chunk of the bundle: no command may load one that it does not
 * use.
 */
const contents = new Map<string, ReadonlySet<string>>();

/** Folders that every command may load. */
const groundFloor = new Set(['contract/', 'files/']);

/** What a file of the bundle was made of: `records/`, or the name of one of our dependencies. */
function ownersOf(modules: readonly string[], dependencies: readonly string[]): ReadonlySet<string> {
  const owners = modules.map((module) => {
    const [, own] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(module) ?? [];
    if (own !== undefined) return dependencies.includes(own) ? own : undefined;
    // The table of formats is for every folder.
    return module.endsWith('/src/input/formats.ts') ? undefined : /\/src\/([^/]+\/)/.exec(module)?.[1];
  });
  return new Set(owners.filter((owner) => owner !== undefined).filter((owner) => !groundFloor.has(owner)));
}

beforeAll(async () => {
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  const { output, ...options } = bundleOptions('dist/cli');
  const bundle = await rolldown(options);
  for (const chunk of (await bundle.generate(output)).output) {
    if (chunk.type === 'chunk')
      contents.set(chunk.fileName, ownersOf(chunk.moduleIds, Object.keys(dependencies)));
  }
  await bundle.close();
});

/** Notes each file of the bundle that the main thread loads. */
const spy = `
const { _load } = require('node:module');
const files = new Set();
require('node:module')._load = function (request, parent, ...rest) {
  if (request.endsWith('.cjs')) files.add(request);
  return _load.call(this, request, parent, ...rest);
};
process.on('exit', () => require('node:fs').writeFileSync(process.env.MISO_TEST_LOADED, [...files].join('\\n')));
`;

async function loadedBy(args: readonly string[]): Promise<string[]> {
  const { cwd, env, miso, sandbox } = await scene();
  await upload(sandbox, [{ user_id: 'u1' }]);
  await writeFile(join(cwd, 'spy.cjs'), spy);
  await writeFile(join(cwd, 'users.csv'), 'user_id,name\nu1,"a ""b"""\n');
  const loaded = join(cwd, 'loaded.txt');
  const { code, stderr } = await miso(args, {
    env: { ...env, MISO_TEST_LOADED: loaded, NODE_OPTIONS: `--require ${join(cwd, 'spy.cjs')}` },
  });
  expect(code, stderr).toBe(0);
  const files = (await readFile(loaded, 'utf8')).split('\n').map((path) => basename(path));
  const known = files.filter((file) => contents.has(file));
  return [...new Set(known.flatMap((file) => [...contents.get(file)!]))].sort();
}

// A binary is one file.
describe.skipIf(isBinary)('what a command loads', () => {
  const start = ['cli/', 'commander', 'commands/', 'config/', 'report/'];
  const command = [...start, 'chalk', 'fast-string-width'];
  const reading = ['api/', 'csv-parse', 'input/', 'records/', 'upload/'];
  const ids = ['api/', 'got', 'ids/', 'input/'];

  it.each<[args: string[], loads: readonly string[]]>(
    sampled([
      [['--version'], []],
      [['--help'], start],
      [['completion', 'bash'], start],
      [['config'], command],
      [
        ['users', 'validate', 'users.csv'],
        [...command, ...reading],
      ],
      [
        ['users', 'upload', 'users.csv'],
        [...command, ...reading, 'got'],
      ],
      [
        ['users', 'read', 'u1'],
        [...command, ...ids, 'read/', 'records/'],
      ],
      [
        ['users', 'ids'],
        [...command, ...ids],
      ],
      [
        ['users', 'delete', 'u1', '--yes'],
        [...command, ...ids, 'read/', 'records/', 'delete/'],
      ],
    ]),
  )('%j', async (args, loads) => {
    expect(await loadedBy(args)).toEqual([...loads].sort());
  });
});
