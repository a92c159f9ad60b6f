import { Help, type HelpConfiguration } from 'commander';
import { briefHelp, fullHelp } from './help-text.ts';
import type { MisoCommand } from './miso-command.ts';
import { appliesTo } from './options.ts';

/** On narrower terminals, a description is placed under its option. */
const narrow = 64;
const indent = 6;

/** The layout of help: two columns, or one on a narrow terminal. */
export const helpLayout: HelpConfiguration = {
  formatHelp(command, helper) {
    const own = command as MisoCommand;
    return own.wantsBriefHelp ? briefHelp(own, helper) : fullHelp(own, helper);
  },
  showGlobalOptions: true,
  // By default, commander does not wrap to fewer than 40 columns.
  minWidthToWrap: 16,
  sortSubcommands: false,
  visibleCommands(command) {
    const visible = Help.prototype.visibleCommands.call(this, command) as MisoCommand[];
    return visible.map((child) => child.defined());
  },
  visibleOptions(command) {
    return Help.prototype.visibleOptions.call(this, command).filter((option) => appliesTo(option, command));
  },
  visibleGlobalOptions(command) {
    const options = Help.prototype.visibleGlobalOptions.call(this, command);
    return options.filter((option) => appliesTo(option, command));
  },
  // Descriptions already contain defaults and choices.
  optionDescription: ({ description }) => description,
  formatItem(term, termWidth, description, helper) {
    const width = helper.helpWidth ?? 80;
    const gap = ' '.repeat(2);
    if (description === '') return gap + term;
    const below = width < narrow;
    const start = below ? indent : 2 + termWidth + 2;
    const lines = helper.boxWrap(description, Math.max(20, width - start)).split('\n');
    const rest = lines.join(`\n${' '.repeat(start)}`);
    return below
      ? `${gap}${term}\n${' '.repeat(indent)}${rest}`
      : `${gap}${term.padEnd(termWidth)}${gap}${rest}`;
  },
};
