import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { freshFolder, run } from '../cli/run.ts';
import { exampleShell } from './shell.ts';

const readme = readFileSync('README.md', 'utf8');

it('the first upload of the README works as typed, in an empty folder with a sandbox', async () => {
  const block = /<!-- run empty -->\n```console\n(.*?)^```$/ms.exec(readme)?.[1] ?? '';
  const typed = block.replaceAll(/^\$ /gm, '');
  expect(typed).toContain('users upload users.csv');
  expect(readme).toContain('\nmiso sandbox --demo\n');

  const cwd = await freshFolder();
  const { sh } = await exampleShell();
  let first: Promise<unknown> | undefined;
  const { code } = await run(['sandbox', '--demo', '--port', '0', '--json'], {
    cwd,
    started: (child) =>
      child.stdout?.once('data', (line: Buffer) => {
        const { port } = JSON.parse(line.toString());
        first = sh(`cd ${cwd}\n${typed.replaceAll(':4747', `:${port}`)}`).finally(() => child.kill());
      }),
  });
  expect(await first).toMatchObject({ code: 0, stdout: expect.stringContaining('"user_id":"u-1"') });
  expect(code).toBe(0);
});

it('the README does not refer to pages that do not exist', () => {
  for (const [, path = ''] of readme.matchAll(/\]\(([^)#:]+)\)/g)) expect(readFileSync(path)).toBeDefined();
});
