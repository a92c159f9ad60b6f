import { idLine, idObjectLine } from '../../../ids/id-line.ts';
import { withoutCommands } from '../../../report/formats/github.ts';
import { escapeControls } from '../../../text.ts';
import type { Output } from '../../../world.ts';

/** Returns how to print an id on its own line. `column`: the setting `columns.id`. */
export function idTextFor(stdout: Output, column: string | undefined): (id: string) => string {
  if (stdout.isTTY) return escapeControls;
  const columns = column === undefined ? ['user_id'] : ['user_id', column];
  // An id that GitHub's runner would interpret as a command is printed as an object, which `read` and
  // `delete` accept.
  return (id) =>
    stdout.obeysCommands && withoutCommands(id) !== id ? idObjectLine(id) : idLine(id, columns);
}
