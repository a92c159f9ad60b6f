import { untilAborted } from '../../../abort.ts';
import type { GlobalOptions } from '../../../cli/options.ts';
import { exitCodes, StoppedError, UsageError } from '../../../errors.ts';
import { type Difference, IdDiff, type Side } from '../../../ids/diff.ts';
import { listIds } from '../../../ids/list-ids.ts';
import { readIds } from '../../../ids/read-ids.ts';
import { createLogger } from '../../../report/progress/logger.ts';
import { formatCount, jsonLine } from '../../../text.ts';
import type { World } from '../../../world.ts';
import type { IdOptions } from '../../id-input.ts';
import { idSource } from '../../id-source.ts';
import { runCommand } from '../../run-command.ts';
import { sessionFor } from '../../session.ts';
import { idTextFor } from './id-text.ts';

export interface DiffOptions extends GlobalOptions, Omit<IdOptions, 'ids'> {
  readonly plus?: boolean;
  readonly minus?: boolean;
  /** The same two switches as one option, as Miso's own command line has it. */
  readonly output?: 'default' | Side;
  readonly out?: 'default' | Side;
}

const signs: Readonly<Record<Side, string>> = { plus: '+ ', minus: '- ' };

/** `miso users ids diff` */
export function idsDiff(options: DiffOptions, world: World): Promise<number> {
  const { stdin, stop } = world;
  return runCommand(options, world, { command: 'users ids diff' }, async (resolved) => {
    const { settings, warnings } = resolved;
    if (options.from === undefined && stdin.isTTY) {
      throw new UsageError('No ids to compare.', {
        hint: 'Pipe a list of ids into the command, or name a file with --from.',
      });
    }
    const logger = createLogger(world, settings);
    warnings.forEach(logger.warning);
    const { users } = await sessionFor(settings, world, logger.session);
    const { ids: remote, exists } = await listIds(users, { stop });
    const diff = new IdDiff(remote);
    if (!exists && !settings.quiet) logger.line('The data set does not exist yet.');

    const printer = printerFor(options, settings.columns.id, world);
    const source = idSource({ ...options, ids: [] }, resolved, world);
    for await (const ids of untilAborted(readIds(source, logger.warning), stop.soft))
      await printer.print(diff.compare(ids));
    if (diff.isEmpty) {
      throw new StoppedError('The input contains no ids.', exitCodes.partial, {
        hint: 'Check the program that writes it. `miso users ids` prints all ids at Miso.',
      });
    }
    for (const differences of diff.rest()) await printer.print(differences);
    await printer.end();
    const { plus, minus, both } = diff.counts;
    const counts = `${formatCount(plus)} only in the input, ${formatCount(minus)} only at Miso, ${formatCount(both)} in both`;
    if (!settings.quiet) logger.line(counts);
    return exitCodes.ok;
  });
}

interface DifferencePrinter {
  print(differences: readonly Difference[]): Promise<void>;
  end(): Promise<void>;
}

function printerFor(options: DiffOptions, column: string | undefined, { stdout }: World): DifferencePrinter {
  const side = sideOf(options);
  const printed = (differences: readonly Difference[]) =>
    side === undefined ? differences : differences.filter((difference) => difference.side === side);
  if (options.json) {
    const found: Record<Side, string[]> = { plus: [], minus: [] };
    return {
      print: async (differences) => {
        for (const { side: own, id } of printed(differences)) found[own].push(id);
      },
      end: () => stdout.write(jsonLine(side === undefined ? found : { [side]: found[side] })),
    };
  }
  const text = idTextFor(stdout, column);
  const line = ({ side: own, id }: Difference) => `${side === undefined ? signs[own] : ''}${text(id)}\n`;
  return {
    print: (differences) => stdout.write(printed(differences).map(line).join('')),
    end: async () => {},
  };
}

/** The only side to print; undefined for both. */
function sideOf({ plus, minus, out, output = out }: DiffOptions): Side | undefined {
  if (plus) return 'plus';
  if (minus) return 'minus';
  return output === 'default' ? undefined : output;
}
