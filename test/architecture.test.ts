import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve('src');

/** What the code of each folder may import from others; types of any stage before it are always allowed. */
const mayUse: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  files: [],
  input: [],
  records: [],
  api: [],
  config: [],
  sandbox: [],
  ids: ['input'],
  read: ['api'],
  delete: ['api', 'read'],
  upload: ['api', 'input', 'records'],
  report: [],
  cli: [],
  commands: [
    'api',
    'cli',
    'config',
    'delete',
    'ids',
    'input',
    'read',
    'records',
    'report',
    'sandbox',
    'upload',
  ],
};

/** Whose types a folder may know, beside those of `mayUse`. */
const mayKnow: Readonly<Record<string, readonly string[]>> = {
  records: ['input'],
  config: ['input', 'records'],
  report: ['api', 'upload', 'delete', 'read', 'input', 'records', 'config', 'world'],
  world: ['api'],
  cli: ['config', 'world'],
  commands: ['world'],
};

/** Modules that everyone may use. */
const groundFloor = ['contract', 'errors', 'closest', 'text', 'files', 'clock'];

/** Each library is seen in one place. */
const owners: Readonly<Record<string, string | readonly string[]>> = {
  commander: ['cli', 'commands'],
  cosmiconfig: 'config',
  'js-yaml': 'config',
  'csv-parse': 'input',
  fzstd: 'input',
  chardet: 'input',
  tinyglobby: 'input',
  got: 'api',
  'https-proxy-agent': 'api',
  'proxy-from-env': 'api',
  chalk: 'report',
  ora: 'report',
  'fast-string-width': 'report',
};

/** What of the process is used outside main; docs/architecture.md says why. */
const beyondMain = ['api/user-agent.ts: versions', 'files/lock.ts: kill', 'files/lock.ts: pid'];

interface Import {
  readonly file: string;
  readonly from: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

function roomOf(file: string): string {
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

const imports = files.flatMap(importsOf);

describe('the house', () => {
  it('has rules for every folder', () => {
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(mayUse).sort());
  });

  it('lets imports point one way', () => {
    const wrong = imports.filter(({ file, from, target, typeOnly }) => {
      if (!target.startsWith('.')) return false;
      const room = roomOf(relative(root, resolve(root, dirname(file), target)));
      if (room === from || groundFloor.includes(room) || ['main', 'reader', 'index'].includes(from))
        return false;
      if (mayUse[from]?.includes(room)) return false;
      return !(typeOnly && mayKnow[from]?.includes(room));
    });
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it('gives each library one owner', () => {
    const wrong = imports.filter(({ from, target, typeOnly }) => {
      if (target.startsWith('.') || target.startsWith('node:') || typeOnly) return false;
      const name = target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/');
      return ![owners[name]].flat().includes(from);
    });
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it('touches the process in main alone, but for what cannot be passed in', () => {
    const touched = files.flatMap((file) =>
      [...texts.get(file)!.matchAll(/\bprocess(?:\.|\?\.|\[')(\w+)|\bconsole\.|'node:process'/g)].map(
        ([whole, member]) => `${file}: ${member ?? whole}`,
      ),
    );
    const outside = touched.filter((one) => !one.startsWith('main.ts: '));
    expect([...new Set(outside)].sort()).toEqual(beyondMain);
  });

  it('has no drawer for what belongs nowhere', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|misc|types)(\/|\.ts$)/.test(file))).toEqual(
      [],
    );
  });
});
