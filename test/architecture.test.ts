import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve('src');

/** The folders that each folder may import, apart from the ground floor. */
const mayUse: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  files: [],
  input: [],
  records: [],
  api: [],
  config: [],
  sandbox: [],
  ids: ['api', 'input'],
  read: ['api'],
  check: ['api', 'ids', 'input', 'read', 'records', 'upload'],
  export: ['api', 'ids', 'input', 'read', 'records'],
  delete: ['api', 'ids', 'read', 'records'],
  upload: ['api', 'input', 'records'],
  sync: ['api', 'delete', 'read', 'input', 'records', 'upload'],
  update: ['api', 'input', 'records', 'upload'],
  report: [],
  cli: ['config'],
  commands: [
    'api',
    'check',
    'cli',
    'config',
    'delete',
    'export',
    'ids',
    'input',
    'read',
    'records',
    'report',
    'sandbox',
    'sync',
    'update',
    'upload',
  ],
};

/** The folders and modules whose types each folder may import, in addition. */
const mayKnow: Readonly<Record<string, readonly string[]>> = {
  records: ['input'],
  config: ['input', 'records'],
  report: [
    'api',
    'upload',
    'sync',
    'delete',
    'check',
    'export',
    'read',
    'input',
    'records',
    'config',
    'world',
  ],
  world: ['api'],
  cli: ['config', 'world'],
  commands: ['world'],
};

/** What every folder may import. */
const groundFloor = [
  'contract',
  'errors',
  'text',
  'files',
  'clock',
  'abort',
  'redact',
  'digest',
  'input/formats',
];

/** The folders that may import a library; all others go through them. */
const owners: Readonly<Record<string, readonly string[]>> = {
  commander: ['cli', 'commands'],
  cosmiconfig: ['config'],
  'js-yaml': ['config'],
  'csv-parse': ['input'],
  fzstd: ['input'],
  chardet: ['input'],
  tinyglobby: ['input'],
  got: ['api/http'],
  chalk: ['report'],
  ora: ['report'],
  'fast-string-width': ['report'],
};

const maxFilesPerFolder = 14;
const maxLinesPerFile = 200;
/** Folders and files over the limits, with the reason in docs/architecture.md and the size they may not exceed. */
const oversized: Readonly<Record<string, number>> = {};

/** Uses of the process outside main; docs/architecture.md says why. */
const beyondMain = [
  'api/client.ts: versions',
  'clock.ts: hrtime',
  'digest.ts: getBuiltinModule',
  'files/lock.ts: kill',
  'files/lock.ts: pid',
];

interface Import {
  readonly file: string;
  readonly from: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'));
const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

function roomOf(file: string): string {
  const module = file.replace(/\.ts$/, '');
  if (groundFloor.includes(module)) return module;
  const [first, ...rest] = file.split('/');
  return rest.length === 0 ? first!.replace(/\.ts$/, '') : first!;
}

function importsOf(file: string): Import[] {
  const text = texts.get(file)!;
  const statements = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  const dynamic = text.matchAll(/\bimport\('([^']+)'\)/g);
  return [
    ...[...statements].map(([, type, target]) => ({
      file,
      from: roomOf(file),
      target: target!,
      typeOnly: type !== undefined,
    })),
    ...[...dynamic].map(([, target]) => ({ file, from: roomOf(file), target: target!, typeOnly: false })),
  ];
}

/** The file that a relative import names. */
function fileOf(importer: string, target: string): string {
  return relative(root, resolve(root, dirname(importer), target)).replaceAll('\\', '/');
}

const imports = files.flatMap(importsOf);

function linesOf(file: string): number {
  return texts.get(file)!.split('\n').length - 1;
}

/** Import cycles, of types too: a reader has to understand all files of a cycle together. */
function cyclesOf(all: readonly string[]): string[][] {
  const targets = (file: string) =>
    imports
      .filter((one) => one.file === file && one.target.startsWith('.'))
      .map(({ target }) => fileOf(file, target));
  return cyclesIn(new Map(all.map((file) => [file, targets(file)])));
}

/** Cycles of a graph, each as the path from a node back to itself; every cyclic graph has at least one. */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]) => {
    if (path.includes(node)) {
      cycles.push([...path.slice(path.indexOf(node)), node]);
      return;
    }
    if (done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return cycles;
}

describe('the architecture', () => {
  it('has a rule for every folder', () => {
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(mayUse).sort());
  });

  it('imports in one direction', () => {
    const wrong = imports.filter(({ file, from, target, typeOnly }) => {
      if (!target.startsWith('.')) return false;
      const room = roomOf(fileOf(file, target));
      if (room === from || groundFloor.includes(room) || ['main', 'index'].includes(from)) return false;
      if (mayUse[from]?.includes(room)) return false;
      return !(typeOnly && mayKnow[from]?.includes(room));
    });
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it('has no import cycles', () => {
    expect(cyclesOf(files)).toEqual([]);
  });

  it('finds import cycles', () => {
    const graph = new Map([
      ['a', ['b', 'd']],
      ['b', ['c']],
      ['c', ['a']],
      ['d', ['d', 'e']],
      ['e', []],
    ]);
    expect(cyclesIn(graph)).toEqual([
      ['a', 'b', 'c', 'a'],
      ['d', 'd'],
    ]);
  });

  it('keeps folders and files small', () => {
    const folders = [...new Set(files.map((file) => dirname(file)))];
    const filesIn = (folder: string) => files.filter((file) => dirname(file) === folder).length;
    const sizes = [
      ...folders.map((folder) => ({ name: folder, size: filesIn(folder), max: maxFilesPerFolder })),
      ...files.map((file) => ({ name: file, size: linesOf(file), max: maxLinesPerFile })),
    ];
    const tooLarge = sizes.filter(({ name, size, max }) => size > (oversized[name] ?? max));
    expect(tooLarge.map(({ name, size, max }) => `${name}: ${size}, at most ${max}`)).toEqual([]);
  });

  it('gives each library one owner', () => {
    const wrong = imports.filter(({ file, target, typeOnly }) => {
      if (target.startsWith('.') || target.startsWith('node:') || typeOnly) return false;
      const name = target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/');
      return !owners[name]?.some((folder) => file.startsWith(`${folder}/`));
    });
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it('uses the process only in main, except where it cannot be passed in', () => {
    const touched = files.flatMap((file) =>
      [...texts.get(file)!.matchAll(/\bprocess(?:\.|\?\.|\[')(\w+)|\bconsole\.|'node:process'/g)].map(
        ([whole, member]) => `${file}: ${member ?? whole}`,
      ),
    );
    const outside = touched.filter((one) => !one.startsWith('main.ts: '));
    expect([...new Set(outside)].sort()).toEqual(beyondMain);
  });

  it('has no folder or file for miscellaneous code', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|misc|types)(\/|\.ts$)/.test(file))).toEqual(
      [],
    );
  });
});
