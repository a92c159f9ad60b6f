import type { Command } from 'commander';
import { collectValues } from '../../../cli/options.ts';

/** Adds `--clear`. */
export function addClear(command: Command): void {
  command.option(
    '--clear <field>',
    'remove a field, such as custom_attributes.plan, unless a record gives a value for it; repeatable',
    collectValues,
  );
}
