import { resolve } from 'node:path';
import type { CheckedUser, Verdicts } from '../../../check/verdicts.ts';
import { orOutputError, replaceFile } from '../../../files/write.ts';
import { idLine } from '../../../ids/id-line.ts';
import { escapeControls } from '../../../text.ts';
import type { World } from '../../../world.ts';
import { idTextFor } from '../ids/id-text.ts';

/** Lines to write at once. */
const chunkLines = 1000;

/** Prints a line for each user that is not the same, or for each that was compared. */
export async function printLines(
  verdicts: Verdicts,
  { all, world: { stdout } }: { readonly all: boolean; readonly world: World },
): Promise<void> {
  const text = idTextFor(stdout, undefined);
  for (const chunk of linesOf(verdicts, all, text)) {
    if (stdout.closed) return;
    await stdout.write(chunk);
  }
}

/** Writes a line for each user that was compared. */
export async function writeCombined(path: string, verdicts: Verdicts, { cwd }: World): Promise<void> {
  const lines = linesOf(verdicts, true, (id) => idLine(id, []));
  await orOutputError(replaceFile(resolve(cwd, path), lines), { name: `The file ${path}` });
}

function* linesOf(verdicts: Verdicts, all: boolean, text: (id: string) => string): Generator<string> {
  let lines: string[] = [];
  for (const user of verdicts.all()) {
    if (user.verdict === '=' && !all) continue;
    lines.push(lineOf(user, text));
    if (lines.length < chunkLines) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}

/** The details follow a tab, so that `cut -f 1` removes them. */
function lineOf({ verdict, id, details }: CheckedUser, text: (id: string) => string): string {
  const end = details.length === 0 ? '' : `\t${details.map(escapeControls).join(', ')}`;
  return `${verdict} ${text(id)}${end}\n`;
}
