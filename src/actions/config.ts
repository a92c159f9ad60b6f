import type { Common } from '../cli/actions.ts';
import { describeSettings } from '../config/describe.ts';
import { exitCodes } from '../errors.ts';
import { escapeControls } from '../report/escape.ts';
import { createNotes } from '../report/note.ts';
import { createStyle } from '../report/style.ts';
import type { World } from '../world.ts';
import { settingsOf } from './settings.ts';

/** `miso config` */
export async function config(args: Common, world: World): Promise<number> {
  const resolved = await settingsOf(args, world);
  const notes = createNotes(world, resolved.settings);
  resolved.warnings.forEach(notes.warning);
  const rows = describeSettings(resolved);
  if (args.json) {
    const settings = rows.map(({ key, value, origin, kind }) => ({ key, value, origin, kind }));
    await world.stdout.write(`${JSON.stringify({ files: resolved.files, settings })}\n`);
    return exitCodes.ok;
  }
  const style = createStyle({ flag: resolved.settings.color, env: world.env, isTTY: world.stdout.isTTY });
  const keyWidth = Math.max(...rows.map(({ key }) => key.length));
  const textWidth = Math.max(...rows.map(({ text }) => text.length));
  const lines = rows.map(({ key, text, origin, kind }) => {
    const line = `${key.padEnd(keyWidth)}  ${escapeControls(text).padEnd(Math.min(textWidth, 40))}  ${escapeControls(origin)}`;
    return kind === 'default' ? style.dim(line) : line;
  });
  await world.stdout.write(`${lines.join('\n')}\n`);
  return exitCodes.ok;
}
