import { boolean } from '../rules/scalars.ts';
import { connected, everywhere, reporting } from './commands.ts';
import type { Setting } from './setting.ts';

/** What is printed. */
export const outputSettings = {
  quiet: {
    rule: boolean,
    default: false,
    description: 'Only print errors',
    flag: {
      names: ['-q', '--quiet'],
      help: 'only print errors',
      group: 'Output',
      on: everywhere,
      global: true,
    },
  },
  verbose: {
    rule: boolean,
    default: false,
    description: 'Log requests and responses',
    flag: {
      help: 'log requests and responses',
      group: 'Output',
      on: ['', ...connected, 'sandbox'],
      global: true,
    },
  },
  color: {
    rule: boolean,
    example: true,
    description: 'Color the output',
    unset: 'on a terminal',
    flag: { help: 'force color', group: 'Output', on: everywhere, global: true, negation: 'disable color' },
  },
  progress: {
    rule: boolean,
    example: true,
    description: 'Show progress',
    unset: 'animated on a terminal, a line every 10 s elsewhere',
    variables: ['MISO_P'],
    flag: {
      names: ['-p', '--progress'],
      help: 'show progress even when stderr is not a terminal',
      group: 'Output',
      on: reporting,
      negation: 'hide progress',
    },
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;
