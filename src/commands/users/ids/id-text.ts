import { idLine, idObjectLine } from '../../../ids/id-line.ts';
import { withoutCommands } from '../../../report/formats/github.ts';
import { escapeControls } from '../../../text.ts';
import type { Output } from '../../../world.ts';

/** How an output shows an id on a line of its own. `column`: the setting `columns.id`. */
export function idTextFor(stdout: Output, column: string | undefined): (id: string) => string {
  if (stdout.isTTY) return escapeControls;
  const columns = column === undefined ? ['user_id'] : ['user_id', column];
  // An id that GitHub's runner would take for a command is written as an object, which `read` and `delete` understand.
  return (id) =>
    stdout.obeysCommands && withoutCommands(id) !== id ? idObjectLine(id) : idLine(id, columns);
}
