import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { chdir, cwd, getuid } from 'node:process';
import { describe, expect, it } from 'vitest';
import { projectFileNames } from '../../../src/config/sources/files.ts';
import { isWindows } from '../../platform.ts';
import { resolveIn, usageErrorFrom, workspace } from '../workspace.ts';

const nothing = '# nothing is set here\n';

describe('project files', () => {
  it.each([...projectFileNames])('reads %s from the working directory upwards', async (name) => {
    const space = workspace();
    const settings = { retries: 3 };
    space.write(name, name === 'package.json' ? { name: 'x', miso: settings } : settings);
    mkdirSync(space.path('work/deep/er'), { recursive: true });
    const { settings: found, files } = await resolveIn(space, { cwd: space.path('work/deep/er') });
    expect(found.retries).toBe(3);
    expect(files).toEqual([space.path(name)]);
  });

  it('looks for the names in the documented order', () => {
    expect(projectFileNames).toEqual([
      '.mirorc',
      '.mirorc.json',
      '.mirorc.yaml',
      '.mirorc.yml',
      '.misorc',
      '.misorc.json',
      '.misorc.yaml',
      '.misorc.yml',
      'package.json',
    ]);
  });

  it('stops at the nearest file', async () => {
    const space = workspace();
    space.write('.mirorc', 'retries: 1\nconcurrency: 1\n');
    space.write('work/.misorc', 'retries: 2\n');
    expect((await resolveIn(space)).settings).toMatchObject({ retries: 2, concurrency: 'auto' });
  });

  it.each(['', ' \n', nothing, '---\n', '\ufeff', 'null\n'])(
    'skips a file without settings: %j',
    async (content) => {
      const space = workspace();
      space.write('.mirorc', 'retries: 1\n');
      space.write('work/.mirorc', content);
      space.write('work/package.json', { name: 'x' });
      expect((await resolveIn(space)).settings.retries).toBe(1);
    },
  );

  it('skips a folder of that name, and a package.json that is not an object', async () => {
    const space = workspace();
    mkdirSync(space.path('work/.mirorc'), { recursive: true });
    space.write('work/package.json', '[1]');
    space.write('work/.misorc', 'retries: 1\n');
    expect((await resolveIn(space)).settings.retries).toBe(1);
  });

  // The superuser may read everything.
  it.skipIf(isWindows || getuid?.() === 0)(
    'refuses a file that it cannot read, instead of continuing without it',
    async () => {
      const space = workspace();
      space.write('.mirorc', 'retries: 1\n');
      const file = space.write('work/.mirorc', 'retries: 2\n', 0o000);
      const error = await usageErrorFrom(resolveIn(space));
      expect(error.message).toBe(`${file}: this settings file cannot be read.`);
    },
  );

  it('skips a byte order mark, and refuses bytes that are not UTF-8', async () => {
    const space = workspace();
    space.write('work/.mirorc', '\ufeffretries: 1\n');
    expect((await resolveIn(space)).settings.retries).toBe(1);
    const file = space.write('work/.mirorc', 'r\0e\0t\0r\0');
    expect((await usageErrorFrom(resolveIn(space))).message).toBe(`${file}: not valid UTF-8.`);
  });

  it('never executes a file, wherever it is and whatever names it', async () => {
    const space = workspace();
    const planted = space.path('ran');
    const cjs = `require('node:fs').writeFileSync(${JSON.stringify(planted)}, 'x'); module.exports = {};`;
    const esm = `import fs from 'node:fs'; fs.writeFileSync(${JSON.stringify(planted)}, 'x'); export default {};`;
    for (const stem of [
      '.config/config',
      '.mirorc',
      '.misorc',
      '.config/mirorc',
      '.config/misorc',
      'miso.config',
      'miro.config',
    ]) {
      for (const folder of ['', 'work/', 'home/', 'home/.config/miso/']) {
        space.write(`${folder}${stem}.cjs`, cjs);
        space.write(`${folder}${stem}.js`, cjs);
        space.write(`${folder}${stem}.mjs`, esm);
        space.write(`${folder}${stem}.ts`, esm);
      }
    }
    space.write('home/.config/miso/config.js', cjs);
    space.write('work/package.yaml', 'cosmiconfig: { $import: .config/config.js }\n');
    space.write('work/package.json', {
      cosmiconfig: { searchPlaces: ['miso.config.js'], $import: './.config/config.cjs' },
      $import: './.config/config.js',
      miso: { retries: 1 },
    });
    const before = cwd();
    mkdirSync(space.path('work'), { recursive: true });
    chdir(space.path('work'));
    try {
      expect((await resolveIn(space)).settings.retries).toBe(1);
      space.write('work/.mirorc', '$import: ./.mirorc.js\nretries: 2\n');
      const error = await usageErrorFrom(resolveIn(space));
      expect(error.message).toContain('unknown key "$import"');
      for (const name of ['.mirorc.js', '.mirorc.cjs', '.mirorc.mjs', '.mirorc.ts']) {
        const refused = await usageErrorFrom(resolveIn(space, { configPath: name }));
        expect(refused.message).toBe(`${space.path('work', name)}: a settings file cannot be JavaScript.`);
      }
    } finally {
      chdir(before);
    }
    expect(existsSync(planted)).toBe(false);
  });
});

describe('the user file', () => {
  it('is in XDG_CONFIG_HOME, which must be an absolute path', async () => {
    const space = workspace();
    space.write('xdg/miso/config.yaml', 'retries: 1\n');
    space.write('home/.config/miso/config.yaml', 'retries: 2\n');
    expect((await resolveIn(space, { env: { XDG_CONFIG_HOME: space.path('xdg') } })).settings.retries).toBe(
      1,
    );
    expect((await resolveIn(space, { env: { XDG_CONFIG_HOME: 'xdg' } })).settings.retries).toBe(2);
    expect((await resolveIn(space, { env: { XDG_CONFIG_HOME: '' } })).settings.retries).toBe(2);
  });

  it.each([undefined, ''])('is skipped without a home folder: %j', async (home) => {
    expect((await resolveIn(workspace(), { home })).settings.retries).toBe(8);
  });
});

describe('--config', () => {
  it('replaces the project file, but not the user file', async () => {
    const space = workspace();
    space.write('work/.mirorc', 'retries: 1\nwait: true\n');
    space.write('home/.config/miso/config.yaml', 'concurrency: 2\n');
    const named = space.write('work/other.conf', 'retries: 3\n');
    const { settings, files } = await resolveIn(space, { configPath: 'other.conf' });
    expect(settings).toMatchObject({ retries: 3, concurrency: 2, wait: false });
    expect(files[0]).toBe(named);
    expect((await resolveIn(space, { env: { MISO_CONFIG: named } })).settings.retries).toBe(3);
  });

  it('must name a file that exists', async () => {
    const space = workspace();
    const error = await usageErrorFrom(resolveIn(space, { configPath: 'absent.yaml' }));
    expect(error.message).toBe(`${space.path('work/absent.yaml')}: this settings file does not exist.`);
    const folder = await usageErrorFrom(resolveIn(space, { configPath: '.' }));
    expect(folder.message).toContain('this is a folder');
    if (isWindows) return;
    const link = space.path('work/loop.yaml');
    symlinkSync(link, link);
    expect((await usageErrorFrom(resolveIn(space, { configPath: link }))).message).toContain(
      'cannot be read',
    );
  });

  it('may be empty, and reads package.json by its property', async () => {
    const space = workspace();
    space.write('work/empty.yaml', '');
    expect((await resolveIn(space, { configPath: 'empty.yaml' })).settings.retries).toBe(8);
    space.write('work/package.json', { miso: { retries: 1 } });
    expect((await resolveIn(space, { configPath: 'package.json' })).settings.retries).toBe(1);
    space.write('work/package.json', { name: 'x' });
    const error = await usageErrorFrom(resolveIn(space, { configPath: 'package.json' }));
    expect(error.message).toContain('no settings under "miso"');
  });
});

describe('a settings file that is not one', () => {
  const big = (line: (n: number) => string) => Array.from({ length: 100_000 }, (_, n) => line(n)).join('');

  it.skipIf(isWindows)('is refused without being opened when it is a pipe or a device', async () => {
    for (const name of ['.mirorc', '.misorc.json', 'package.json']) {
      const space = workspace();
      mkdirSync(space.path('work'));
      execFileSync('mkfifo', [space.path('work', name)]);
      expect((await usageErrorFrom(resolveIn(space))).message).toContain('not a regular file');
      symlinkSync('/dev/zero', space.path('work/device'));
      expect((await usageErrorFrom(resolveIn(space, { configPath: 'device' }))).message).toContain('regular');
    }
  });

  it.each([
    ['.mirorc', big((n) => `key${n}: 1\n`)],
    ['.mirorc.json', `{${big((n) => `"key${n}":1,`)}"x":1}`],
    ['package.json', `{"name":"${big(() => 'x'.repeat(50))}"}`],
  ])('is refused when it is large: %s', async (name, content) => {
    const space = workspace();
    space.write(`work/${name}`, content);
    expect((await usageErrorFrom(resolveIn(space))).message).toContain('too large for a settings file');
  });

  it('names the first problems only when there are many', async () => {
    const space = workspace();
    space.write('work/.mirorc', Array.from({ length: 9000 }, (_, n) => `key${n}: 1\n`).join(''));
    const { message } = await usageErrorFrom(resolveIn(space));
    expect(message).toContain('9000 problems');
    expect(message.split('\n').length).toBeLessThan(30);
  });

  it.skipIf(isWindows)(
    'is refused if it is a dangling symlink, instead of using other settings',
    async () => {
      const space = workspace();
      mkdirSync(space.path('work'));
      symlinkSync(space.path('absent'), space.path('work/.mirorc'));
      space.write('.mirorc', 'retries: 1\n');
      expect((await usageErrorFrom(resolveIn(space))).message).toContain('does not exist');
    },
  );
});
