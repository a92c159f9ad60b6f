import { Help } from 'commander';
import { wrapCommand } from './command-line.ts';
import type { MisoCommand } from './miso-command.ts';

/** Columns, if the output is not a terminal. */
const defaultWidth = 80;

/** `--help`: usage, description, examples, then commander's lists of options and commands. */
export function fullHelp(command: MisoCommand, helper: Help): string {
  const [usage = '', ...blocks] = Help.prototype.formatHelp.call(helper, command, helper).split('\n\n');
  const hasDescription = command.description() !== '';
  const description = hasDescription ? blocks.slice(0, 1) : [];
  const rest = blocks.slice(description.length);
  return [wrapUsage(usage, helper), ...description, ...examples(command, helper), ...rest].join('\n\n');
}

/** `-h`: fits on one screen, because it lists only the names of options. */
export function briefHelp(command: MisoCommand, helper: Help): string {
  const [usage = ''] = Help.prototype.formatHelp.call(helper, command, helper).split('\n\n');
  const blocks = [
    wrapUsage(usage, helper),
    helper.boxWrap(command.description(), widthOf(helper)),
    ...examples(command, helper),
    ...subcommands(command, helper),
    optionNames(command, helper),
    helper.boxWrap(`See ${pathOf(command)} --help for what each option does.`, widthOf(helper)),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function widthOf(helper: Help): number {
  return helper.helpWidth ?? defaultWidth;
}

function wrapUsage(usage: string, helper: Help): string {
  return helper.boxWrap(usage, widthOf(helper)).replaceAll('\n', '\n    ');
}

function examples(command: MisoCommand, helper: Help): string[] {
  if (command.examples.length === 0) return [];
  const width = widthOf(helper);
  const items = command.examples.map(([line, what]) => {
    const explained = helper.boxWrap(what, Math.max(20, width - 6)).replaceAll('\n', '\n      ');
    return `  $ ${wrapCommand(line, width - 4).replaceAll('\n', '\n      ')}\n      ${explained}`;
  });
  return [`Examples:\n${items.join('\n')}`];
}

function subcommands(command: MisoCommand, helper: Help): string[] {
  const children = helper.visibleCommands(command);
  if (children.length === 0) return [];
  const width = Math.max(...children.map((child) => child.name().length));
  const items = children.map((child) => helper.formatItem(child.name(), width, child.summary(), helper));
  return [`Commands:\n${items.join('\n')}`];
}

/** The names of the options, grouped by heading. */
function optionNames(command: MisoCommand, helper: Help): string {
  const groups = new Map<string, string[]>();
  for (const option of [...helper.visibleOptions(command), ...helper.visibleGlobalOptions(command)]) {
    const heading = option.helpGroupHeading ?? 'Options:';
    groups.set(heading, [...(groups.get(heading) ?? []), option.long ?? option.short ?? '']);
  }
  const lines = [...groups].map(([heading, names]) =>
    helper.boxWrap(`${heading} ${names.join(', ')}`, widthOf(helper) - 4).replaceAll('\n', '\n    '),
  );
  return lines.join('\n');
}

function pathOf(command: MisoCommand): string {
  return command.parent ? `${pathOf(command.parent as MisoCommand)} ${command.name()}` : command.name();
}
