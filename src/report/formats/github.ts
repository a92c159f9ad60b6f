import { appendFile } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import type { World } from '../../world.ts';
import { type Digest, digest, type Summary } from '../text/digest.ts';
import { errorLine } from '../text/error-text.ts';
import { markdown } from './markdown.ts';

/** GitHub itself shows no more annotations of one step. */
const mostAnnotations = 10;

/** Whether this is a step of a GitHub workflow. */
export function isGitHub(env: World['env']): boolean {
  return env['GITHUB_ACTIONS'] === 'true';
}

/**
 * Rejected records as annotations, ten at most, each group in turn. On stderr: the runner reads both streams, and stdout is
 * for the result.
 */
export function annotations(of: Digest, { env, cwd }: Pick<World, 'env' | 'cwd'>): string {
  const lines: string[] = [];
  if (of.error) lines.push(command({}, errorLine(of.error)));
  const rounds = Math.max(0, ...of.failures.map(({ examples }) => examples.length));
  for (let round = 0; round < rounds; round++) {
    for (const { what, examples } of of.failures) {
      const example = examples[round];
      if (example === undefined) continue;
      const { file, line, user_id, found } = example;
      const place = file === '<stdin>' ? {} : { file: inWorkspace(file, { env, cwd }), line: String(line) };
      const who = user_id === undefined ? '' : `${user_id}: `;
      lines.push(command(place, `${who}${what}${found === undefined ? '' : `, found ${found}`}`));
    }
  }
  return lines.slice(0, mostAnnotations).join('');
}

/** Writes the table of a run below what the step's summary holds already. Rejects with the error of the system. */
export async function appendStepSummary(summary: Summary, path: string): Promise<void> {
  await appendFile(path, `${markdown(digest(summary))}\n`);
}

function command(place: Readonly<Record<string, string>>, message: string): string {
  const properties = Object.entries(place).map(([name, value]) => `${name}=${property(value)}`);
  return `::error${properties.length > 0 ? ` ${properties.join(',')}` : ''}::${data(message)}\n`;
}

/** Source: the escapes of @actions/core. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** GitHub finds a file by its path in the repository, wherever the step runs. */
function inWorkspace(file: string, { env, cwd }: Pick<World, 'env' | 'cwd'>): string {
  const workspace = env['GITHUB_WORKSPACE'];
  if (!workspace) return file;
  const inside = relative(workspace, resolve(cwd, file));
  return inside.startsWith('..') || isAbsolute(inside) ? file : inside;
}
