// Generates the pages that show the program: the command reference, the manual page and the picture of a run.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { session, svg } from './docs/picture.mjs';

const folder = mkdtempSync(join(tmpdir(), 'miso-docs-'));
try {
  const bundle = await rolldown({ input: 'scripts/docs/pages.ts', platform: 'node' });
  await bundle.write({ file: join(folder, 'pages.mjs'), format: 'esm', codeSplitting: false });
  const { pages } = await import(pathToFileURL(join(folder, 'pages.mjs')));
  for (const [path, text] of pages()) write(path, text);
  write('docs/run.svg', svg(await session()));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
