// Not node:fs/promises: every command loads this file, and few write to a step summary.
import { promises } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { escapeControls } from '../../text.ts';
import type { World } from '../../world.ts';
import { errorLine } from '../text/error-text.ts';
import { markdown } from './markdown.ts';
import type { CommandResult } from './report-data.ts';

/** GitHub shows at most this many annotations per step. */
const maxAnnotations = 10;

/** Whether the program runs in a step of a GitHub workflow. */
export function isGitHub(env: World['env']): boolean {
  return env['GITHUB_ACTIONS'] === 'true';
}

/**
 * The error and the first rejected records as annotations, taking one record of each error type in turn. They
 * go to stderr, because stdout is for the result and the runner reads both streams.
 */
export function annotations(
  { summary, details }: CommandResult,
  { env, cwd }: Pick<World, 'env' | 'cwd'>,
): string {
  const lines: string[] = [];
  if (summary.error) lines.push(command({}, errorLine(summary.error)));
  const rounds = Math.max(0, ...details.failures.map(({ examples }) => examples.length));
  for (let round = 0; round < rounds && lines.length < maxAnnotations; round++) {
    for (const { reason, examples } of details.failures) {
      const example = examples[round];
      if (example === undefined) continue;
      const { file, line, user_id, found } = example;
      const place = file === '<stdin>' ? {} : { file: inWorkspace(file, { env, cwd }), line: String(line) };
      const who = user_id === undefined ? '' : `${user_id}: `;
      lines.push(command(place, `${who}${reason}${found === undefined ? '' : `, found ${found}`}`));
    }
  }
  return lines.slice(0, maxAnnotations).join('');
}

/** Appends the run as Markdown to the summary of the step. Rejects with the system's error. */
export async function appendStepSummary(result: CommandResult, path: string): Promise<void> {
  await promises.appendFile(path, `${markdown(result)}\n`);
}

/**
 * Escapes output so that GitHub's runner does not interpret it as a workflow command, in the new or the old
 * syntax.
 */
export function withoutCommands(text: string): string {
  return text.replaceAll('##[', '#\\u0023[').replace(/^(\s*):(?=:)/gm, '$1\\u003a');
}

function command(place: Readonly<Record<string, string>>, message: string): string {
  const properties = Object.entries(place).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::error${properties.length > 0 ? ` ${properties.join(',')}` : ''}::${escapeMessage(message)}\n`;
}

/** Source: the escapes of @actions/core. */
function escapeMessage(text: string): string {
  return withoutCommands(escapeControls(text)).replaceAll('%', '%25');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** GitHub resolves a path from the root of the repository, not from the working directory of the step. */
function inWorkspace(file: string, { env, cwd }: Pick<World, 'env' | 'cwd'>): string {
  const workspace = env['GITHUB_WORKSPACE'];
  if (!workspace) return file;
  const inside = relative(workspace, resolve(cwd, file));
  return inside.startsWith('..') || isAbsolute(inside) ? file : inside.replaceAll(sep, '/');
}
