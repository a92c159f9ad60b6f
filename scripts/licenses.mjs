import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const packageFolder = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;
const licenseFile = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/**
 * The licenses of all packages that a bundle contains, as one text. `output`: what rolldown's build returns.
 * Throws for a package without a license text.
 */
export function thirdPartyLicenses(output) {
  const modules = output.flatMap((chunk) => chunk.moduleIds ?? []);
  const folders = new Set(modules.flatMap((id) => packageFolder.exec(id)?.[1] ?? []));
  const packages = [...folders].map(licenseOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  const texts = packages.map(
    ({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}`,
  );
  return `The command line contains the following packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => licenseFile.test(file));
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  return { name, version, license, text: `${text === '' ? licenseInReadme(folder, name) : text}\n` };
}

/** Some packages have their license in the readme only. */
function licenseInReadme(folder, name) {
  const readme = readdirSync(folder).find((file) => /^readme(?:\..*)?$/i.test(file));
  const section = /^#+ *licen[cs]e\b.*$/im.exec(
    readme === undefined ? '' : readFileSync(join(folder, readme), 'utf8'),
  );
  if (section === null) throw new Error(`The package ${name} has no license text.`);
  return section.input.slice(section.index).trim();
}
