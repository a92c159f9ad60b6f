import { readFileSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { exampleShell } from './shell.ts';

const page = readFileSync('docs/sync.md', 'utf8');
const [github, gitlab] = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => load(text)) as [
  { jobs: { sync: { steps: { run?: string; uses?: string; with?: { path: string } }[] } } },
  { sync: { script: string[]; artifacts: { paths: string[] } } },
];

/** What stands for the CI system: artifacts of the last job that succeeded are files in `$ARTIFACTS`. */
const stubs: Readonly<Record<string, string>> = {
  gh: `case "$1 $2" in
  "run list") [ -e "$ARTIFACTS" ] && echo 7; exit 0 ;;
  "run download") [ "$3 $4 $5" = "7 -n sync-state" ] && cp "$ARTIFACTS"/* . ;;
  *) exit 99 ;;
esac`,
  // curl -fL -H HEADER -o FILE URL
  curl: `case "$6" in
  https://gitlab.example/projects/5/jobs/artifacts/main/raw/"$5"?job=sync) cp "$ARTIFACTS/$5" "$5" || exit 22 ;;
  *) echo "unexpected: curl $*" >&2; exit 99 ;;
esac`,
};

/** Runs the commands of a job in an empty folder each time, and keeps its artifacts if it succeeds. */
async function ci(commands: readonly string[], isArtifact: (file: string) => boolean) {
  const made = await exampleShell();
  const { cwd, sandbox } = made;
  const artifacts = `${cwd}.artifacts`;
  for (const [name, script] of Object.entries(stubs)) {
    await writeFile(join(cwd, '.bin', name), `#!/bin/sh\n${script}\n`);
    await chmod(join(cwd, '.bin', name), 0o755);
  }
  return {
    ...made,
    job: async (export_: string) => {
      for (const name of await readdir(cwd))
        if (name !== '.bin') await rm(join(cwd, name), { recursive: true });
      await writeFile(join(cwd, 'export-users.sh'), `#!/bin/sh\nprintf '${export_}'\n`, { mode: 0o755 });
      const from = sandbox.requests.length;
      const { code, stderr } = await made.sh(commands.join('\n'), {
        ...{ ARTIFACTS: artifacts, GH_TOKEN: 't', CI_JOB_TOKEN: 't', CI_PROJECT_ID: '5' },
        ...{ CI_API_V4_URL: 'https://gitlab.example', CI_COMMIT_REF_NAME: 'main' },
      });
      const files = (await readdir(cwd)).filter(isArtifact);
      if (code === 0) {
        await mkdir(artifacts, { recursive: true });
        for (const file of files) await cp(join(cwd, file), join(artifacts, file));
      }
      const idsOf = (path: string) =>
        sandbox.requests
          .slice(from)
          .filter((request) => request.method === 'POST' && request.path === path)
          .flatMap(({ ids }) => ids);
      return { code, stderr, files, sent: idsOf('/v1/users'), deleted: idsOf('/v1/users/_delete') };
    },
    remove: () => rm(artifacts, { recursive: true, force: true }),
  };
}

const upTo = (n: number) =>
  `user_id,city\\n${Array.from({ length: n }, (_, index) => `c${index},Rome\\n`).join('')}`;

const steps = github.jobs.sync.steps;
const glob = steps.find(({ with: given }) => given?.path !== undefined)?.with?.path ?? '';

describe('a recipe for CI', () => {
  it.each([
    [
      'GitHub',
      steps.flatMap(({ run }) => run ?? []),
      (file: string) => glob.endsWith('*') && file.startsWith(glob.slice(0, -1)),
    ],
    ['GitLab', gitlab.sync.script, (file: string) => gitlab.sync.artifacts.paths.includes(file)],
  ])('of %s continues with the state of the last job that succeeded', async (_, commands, isArtifact) => {
    const { job, remove, sandbox } = await ci(commands, isArtifact);
    const first = await job(upTo(20));
    expect(first).toMatchObject({ code: 0, files: ['crm.state'], deleted: [] });
    expect(first.sent).toHaveLength(20);
    const second = await job(`${upTo(18)}new,Oslo\\n`);
    expect(second).toMatchObject({ code: 0, sent: ['new'] });
    expect(second.deleted.sort()).toEqual(['c18', 'c19']);
    // A job that fails keeps no state: the next one begins where the last success ended.
    const failed = await job(upTo(2));
    expect(failed).toMatchObject({ code: 1, sent: [], deleted: [] });
    expect(await job(`${upTo(18)}new,Lima\\n`)).toMatchObject({ code: 0, sent: ['new'], deleted: [] });
    await remove();
    const lost = await job(upTo(18));
    expect(lost).toMatchObject({ code: 0, deleted: [] });
    expect(lost.sent).toHaveLength(18);
    expect(sandbox.users.has('new')).toBe(true);
  });
});

it('restoring what a sync deleted works as described', async () => {
  const { cwd, sh, sandbox } = await exampleShell();
  const [, restore = ''] = /To restore what a sync deleted.*?^```sh\n(.*?)^```$/ms.exec(page) ?? [];
  expect(restore).not.toBe('');
  const sync = (users: string) =>
    sh(
      `printf '${users}' > users.csv\nmiso users sync users.csv --name crm --delete --yes --backup gone.ndjson --quiet`,
    );
  await sync(upTo(20));
  await rm(join(cwd, 'gone.ndjson'), { force: true });
  expect(await sync(upTo(19))).toMatchObject({ code: 0 });
  expect(sandbox.users.has('c19')).toBe(false);
  expect(await sh(restore)).toMatchObject({ code: 0 });
  expect(sandbox.users.get('c19')).toEqual({ user_id: 'c19', city: 'Rome' });
  await rm(join(cwd, 'gone.ndjson'));
  expect(await sync(upTo(20))).toMatchObject({ code: 0 });
  expect(sandbox.users.has('c19')).toBe(true);
});
