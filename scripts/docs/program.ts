import { type CommandSpec, describeCommand } from '../../src/cli/completion/spec.ts';
import type { Actions } from '../../src/commands/actions.ts';
import { createProgram } from '../../src/commands/program.ts';

const nothing = async () => 0;

const actions: Actions = {
  upload: nothing,
  validate: nothing,
  read: nothing,
  delete: nothing,
  ids: nothing,
  status: nothing,
  config: nothing,
  init: nothing,
  sandbox: nothing,
  completion: nothing,
  refuse: nothing,
};

/** The command tree as it is, for pages that are made from it. */
export function programSpec(): CommandSpec {
  const program = createProgram(actions, { version: '0.0.0', settle: async () => {} });
  return describeCommand(program);
}
