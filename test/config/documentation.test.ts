import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { renderExample } from '../../src/config/docs/example.ts';
import { renderReference } from '../../src/config/docs/reference.ts';
import { fileKeys, flagOf, variablesOf } from '../../src/config/names.ts';
import { parseSettings } from '../../src/config/parse.ts';
import { settingKeys, settingTable } from '../../src/config/settings.ts';
import { projectFileNames } from '../../src/config/sources/files.ts';
import { resolveIn, workspace } from './workspace.ts';

const root = new URL('../../', import.meta.url);
const examplePath = new URL('.mirorc.example', root);
const docsPath = new URL('docs/configuration.md', root);

describe('.mirorc.example', () => {
  const example = readFileSync(examplePath, 'utf8');

  // `npx vitest run test/config -u` updates the file after a change of the table.
  it('matches the table of settings', async () => {
    await expect(renderExample()).toMatchFileSnapshot(fileURLToPath(examplePath));
  });

  it('can be used as it is, and changes nothing', async () => {
    const space = workspace();
    space.write('work/.mirorc', example);
    const { settings, files } = await resolveIn(space);
    expect(files).toEqual([]);
    expect(settings).toEqual((await resolveIn(workspace(), { home: space.path('home') })).settings);
  });

  it('shows every key with its default, or an example that is a valid value', async () => {
    const written = (await parseSettings('x.yaml', activated(example))) as Record<string, unknown>;
    const columns = written['columns'] as Record<string, unknown>;
    for (const key of fileKeys()) {
      const shown = key.startsWith('columns.') ? columns[key.slice('columns.'.length)] : written[key];
      const { rule, ...spec } = settingTable[key];
      expect(shown, key).toEqual(spec.default ?? spec.example);
      expect(rule.read(shown, { kind: 'data', path: (path) => path }).ok, key).toBe(true);
    }
  });

  it('can be loaded with every setting but one of the two keys', async () => {
    const space = workspace();
    space.write('work/.mirorc', activated(example).replace(/^apiKeyFile: .*$/m, ''));
    space.write('work/staging.key', 'x');
    const { settings } = await resolveIn(space, { configPath: '.mirorc' });
    expect(settings).toMatchObject({
      profile: 'staging',
      server: 'http://127.0.0.1:8080',
      maxRejects: { percent: 5 },
    });
    expect(settings.apiKey?.reveal()).toBe('x');
  });

  it('enables chosen values and leaves the others commented out', async () => {
    const space = workspace();
    const chosen = { server: 'https://a.example', 'columns.id': 'Customer: Id', 'columns.coerce': true };
    space.write('work/.mirorc', renderExample(chosen));
    const { settings } = await resolveIn(space);
    expect(settings).toMatchObject({
      server: 'https://a.example',
      columns: { id: 'Customer: Id', coerce: true },
    });
    expect(settings).not.toHaveProperty('apiKey');
  });
});

describe('docs/configuration.md', () => {
  const page = readFileSync(docsPath, 'utf8');

  it('contains the table of settings', async () => {
    const table = /(<!-- settings -->\n).*(\n<!-- \/settings -->)/s;
    expect(page).toMatch(table);
    const current = page.replace(table, (_, start: string, end: string) => start + renderReference() + end);
    await expect(current).toMatchFileSnapshot(fileURLToPath(docsPath));
  });

  it.each(settingKeys)('names %s, its flag and its variables', (key) => {
    for (const name of [key, flagOf(key), ...variablesOf(key)]) expect(page).toContain(`\`${name}\``);
  });

  it.each([...projectFileNames])('names the file %s', (name) => {
    expect(page).toContain(`\`${name}\``);
  });

  it('shows settings files that can be loaded', async () => {
    const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, block]) => block ?? '');
    expect(blocks.length).toBeGreaterThan(0);
    for (const block of blocks) {
      const space = workspace();
      space.write('work/.mirorc', block);
      const { files } = await resolveIn(space, { offline: true });
      expect(files).toHaveLength(1);
    }
  });
});

/** The example with every "#" that stands directly before a setting taken away. */
function activated(example: string): string {
  return example.replace(/^#(?! \S)/gm, '');
}
