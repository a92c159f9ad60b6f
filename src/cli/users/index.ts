import type { Actions, Settle } from '../actions.ts';
import type { MisoCommand } from '../miso-command.ts';
import { addConnectionOptions } from '../options.ts';
import { addDelete } from './delete.ts';
import { addIds } from './ids.ts';
import { addRead } from './read.ts';
import { addStatus } from './status.ts';
import { addUpload } from './upload.ts';
import { addValidate } from './validate.ts';

/** `miso users`, with all its commands. */
export function addUsers(program: MisoCommand, actions: Actions, settle: Settle): void {
  const users = program
    .command('users')
    .alias('user')
    .alias('u')
    .summary('upload, validate, read, delete users; list ids; ask for tasks')
    .description('User records in Miso.');
  addConnectionOptions(users);
  for (const add of [addUpload, addValidate, addRead, addDelete, addIds, addStatus])
    add(users, actions, settle);
}
