import type { Command } from 'commander';

/** What commands that delete users write and verify. */
export interface DeleteFlags {
  readonly backup?: string;
  readonly receipt?: string;
  readonly withInteractions?: boolean;
  readonly verify?: boolean;
}

/** Adds these options. `receipt`: the help of --receipt. */
export function addDeleteFlags(command: Command, receipt = 'proof of each deletion, as NDJSON'): void {
  command
    .option('--backup <file>', 'save each record before deleting it; upload this file to restore')
    .option('--receipt <file>', receipt)
    .option(
      '--with-interactions',
      "also delete the users' interactions, as required by the right to be forgotten",
    )
    .option('--verify', 'verify that the users were deleted');
}
