import { readFileSync } from 'node:fs';
import { releaseProblems } from './release-problems.mjs';

// Says what is missing for a release, before anything is built. In the release workflow the tag and the repository are known.
const { GITHUB_REF_NAME: tag, GITHUB_REPOSITORY: repository } = process.env;
const problems = releaseProblems({
  manifest: JSON.parse(readFileSync('package.json', 'utf8')),
  changelog: readFileSync('CHANGELOG.md', 'utf8'),
  pages: readFileSync('docs/ci.md', 'utf8'),
  tag,
  repository,
});
for (const problem of problems)
  console.error(process.env['GITHUB_ACTIONS'] ? `::error::${problem}` : problem);
if (problems.length === 0) console.log('Ready to release.');
process.exitCode = problems.length === 0 ? 0 : 1;
