import { type CommandSpec, describeCommand } from '../../src/cli/completion/spec.ts';
import { createProgram } from '../../src/commands/program.ts';

/** The command tree as it is, for pages that are made from it. */
export function programSpec(): CommandSpec {
  return describeCommand(createProgram('0.0.0'));
}
