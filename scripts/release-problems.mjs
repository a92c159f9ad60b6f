/** What keeps a version from being released, one sentence each. `tag` and `repository` are undefined outside the release workflow. */
export function releaseProblems({ manifest, changelog, pages, tag, repository }) {
  const problems = [];
  const { version, repository: field } = manifest;
  const url = typeof field === 'string' ? field : field?.url;
  if (!url) {
    problems.push(
      'package.json has no "repository": set it to the GitHub repository of the release, such as "github:owner/name". npm verifies where a package was built against it.',
    );
  } else if (repository && !nameIn(url, repository)) {
    problems.push(`package.json names the repository ${url}, but this is ${repository}.`);
  }
  if (tag && tag !== `v${version}`)
    problems.push(`The tag is ${tag}, but the version in package.json is ${version}.`);
  if (!changelog.includes(`\n## [${version}]`))
    problems.push(`CHANGELOG.md has no section "## [${version}]".`);
  const pinned = [...pages.matchAll(/(?:miso-users@|REPOSITORY@v)(\d+\.\d+\.\d+[\w.-]*)/g)].map(
    ([, found]) => found,
  );
  for (const other of new Set(pinned.filter((found) => found !== version))) {
    problems.push(`docs/ci.md installs version ${other} instead of ${version}.`);
  }
  return problems;
}

/** Whether a repository field, in any form that npm accepts, names `owner/name` on GitHub. */
function nameIn(url, repository) {
  const found =
    /^(?:github:|(?:git\+)?(?:https|ssh|git):\/\/(?:git@)?github\.com\/|git@github\.com:)?([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(
      url,
    );
  return found?.[1]?.toLowerCase() === repository.toLowerCase();
}
