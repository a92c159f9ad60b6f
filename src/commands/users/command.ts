import type { MisoCommand } from '../../cli/miso-command.ts';
import { addApply } from './apply/command.ts';
import { addCheck } from './check/command.ts';
import { addDelete } from './delete/command.ts';
import { addExport } from './export/command.ts';
import { addIds } from './ids/command.ts';
import { addMerge } from './merge/command.ts';
import { addRead } from './read/command.ts';
import { addStatus } from './status/command.ts';
import { addSync } from './sync/command.ts';
import { addUpdate } from './update/command.ts';
import { addUpload } from './upload/command.ts';
import { addValidate } from './validate/command.ts';

/** Adds `miso users` and its commands. */
export function addUsers(program: MisoCommand): void {
  const users = program
    .command('users')
    .alias('user')
    .alias('u')
    .summary('upload, update, read, delete and list users')
    .description('Manage user records in Miso.');
  const commands = [
    addUpload,
    addValidate,
    addSync,
    addApply,
    addUpdate,
    addMerge,
    addRead,
    addDelete,
    addExport,
    addCheck,
    addIds,
    addStatus,
  ];
  for (const add of commands) add(users);
}
