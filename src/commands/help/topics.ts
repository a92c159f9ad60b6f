import { Help } from 'commander';
import { variablesOf } from '../../config/names.ts';
import { settingKeys, settingTable } from '../../config/settings.ts';
import { exitCodes } from '../../errors.ts';
import { formatNames, formatSpec } from '../../input/formats.ts';
import type { ReadAsset } from '../../world.ts';
import { exitCodeMeanings } from './exit-codes.ts';

/** Wraps text, also to fewer columns than by default. */
const helper = Object.assign(new Help(), { minWidthToWrap: 16 });

/** The topics of `miso help`, each as a text of a given width. */
export const topics: ReadonlyMap<string, (width: number) => string> = new Map([
  ['environment', environment],
  ['exit-codes', exitCodeTopic],
  ['formats', formatTopic],
]);

/** Topics that are files of the package, printed as they are. */
export const files: ReadonlyMap<string, (read: ReadAsset) => string> = new Map([
  ['man', (read) => read('man/miso.1')],
  ['licenses', (read) => `${read('LICENSE')}\n${'-'.repeat(80)}\n\n${read('dist/THIRD-PARTY-LICENSES')}`],
]);

function environment(width: number): string {
  const variables = settingKeys.map(
    (key) => [variablesOf(key).join(', '), `${settingTable[key].description}.`] as const,
  );
  return page(width, {
    intro:
      'Environment variables that set a setting. A flag overrides its variable; a variable overrides settings files. `miso config` shows all settings and where they come from.',
    items: [
      ...variables,
      ['MISO_CONFIG', 'Settings file to use instead of .mirorc.'],
      ['HTTPS_PROXY, NO_PROXY', 'Proxy, and hosts to connect to directly.'],
      ['NO_COLOR, FORCE_COLOR', 'Turn colors off or on.'],
      [
        'XDG_CONFIG_HOME, XDG_STATE_HOME',
        'Base folders of your settings file and of the state that --resume and sync need.',
      ],
    ],
  });
}

function exitCodeTopic(width: number): string {
  return page(width, {
    intro: 'Exit codes. A scheduler should retry 4, 130 and 143.',
    items: Object.values(exitCodes).map((code) => [String(code), exitCodeMeanings[code] ?? '']),
  });
}

function formatTopic(width: number): string {
  return page(width, {
    intro:
      'Formats of user records, recognized by extension, then by content; --format overrides both. Files may be compressed with gzip, brotli or zstd. Text is UTF-8, or UTF-16 with a byte order mark; otherwise name its --encoding.',
    items: formatNames.map((name) => {
      const { title, extensions } = formatSpec(name);
      return [name, `${title}; ${extensions.map((extension) => `.${extension}`).join(', ')}`];
    }),
  });
}

interface Page {
  readonly intro: string;
  readonly items: readonly (readonly [term: string, text: string])[];
}

function page(width: number, { intro, items }: Page): string {
  const blocks = items.map(([term, text]) => paragraph(term, width, 2) + paragraph(text, width, 6));
  return `${paragraph(intro, width)}\n${blocks.join('')}`;
}

/** Text in lines of at most `width` columns, each indented. */
function paragraph(text: string, width: number, indent = 0): string {
  const margin = ' '.repeat(indent);
  return `${margin}${helper.boxWrap(text, width - indent).replaceAll('\n', `\n${margin}`)}\n`;
}
