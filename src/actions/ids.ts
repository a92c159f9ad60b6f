import type { Common } from '../cli/actions.ts';
import { exitCodes, ProtocolError } from '../errors.ts';
import { failureOf } from '../read/run.ts';
import { escapeControls } from '../report/escape.ts';
import { createNotes } from '../report/note.ts';
import type { World } from '../world.ts';
import { runCommand } from './command.ts';
import { connect } from './connect.ts';

/** Ids that are written at once. */
const idsPerPiece = 5000;

/** `miso users ids` */
export function ids(args: Common, world: World): Promise<number> {
  return runCommand(args, world, { command: 'users ids' }, async ({ settings, warnings }) => {
    const notes = createNotes(world, settings);
    warnings.forEach(notes.warning);
    const { users } = await connect(settings, world, notes.session);
    const outcome = await users.ids({ stop: world.stop });
    // Miso answers 404 while nobody was ever uploaded: that is an empty list.
    if (outcome.kind === 'not-found' && !settings.quiet) notes.line('There is no data set yet.');
    const list = outcome.kind === 'not-found' ? [] : idsOf(outcome);
    if (args.json) await world.stdout.write(`${JSON.stringify({ ids: list })}\n`);
    else await printLines(list, world);
    return exitCodes.ok;
  });
}

async function printLines(list: readonly string[], { stdout }: World): Promise<void> {
  for (let from = 0; from < list.length && !stdout.closed; from += idsPerPiece) {
    const piece = list.slice(from, from + idsPerPiece);
    const lines = stdout.isTTY ? piece.map(escapeControls) : piece.map(oneLine);
    await stdout.write(`${lines.join('\n')}\n`);
  }
}

/** An id with a line break in it would read back as two: as a JSON string it stays one line, and is read as it was. */
function oneLine(id: string): string {
  return /[\r\n]|^"/.test(id) ? JSON.stringify(id) : id;
}

function idsOf(outcome: Parameters<typeof failureOf>[0]): string[] {
  if (outcome.kind !== 'success') throw failureOf(outcome, 'asking for all ids');
  const data = outcome.data as { ids?: unknown } | null | undefined;
  const list = data?.ids;
  if (!Array.isArray(list)) throw new ProtocolError('Miso’s answer holds no list of ids.');
  return list.map(String);
}
