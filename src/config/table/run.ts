import { defaults } from '../../contract/defaults.ts';
import { boolean, integer, path, pathOrFalse } from '../rules/scalars.ts';
import { limit, size } from '../rules/units.ts';
import { reporting, sending, uploads } from './commands.ts';
import type { Setting } from './setting.ts';

/** What a run sends, when it stops, and which files it writes. */
export const runSettings = {
  recordsPerRequest: {
    rule: integer(1, 10_000),
    default: defaults.recordsPerRequest,
    description: 'Maximum number of records per request',
    variables: ['MISO_RPR'],
    flag: {
      names: ['--rpr', '--records-per-request'],
      value: 'n',
      help: 'max records per request',
      group: 'Limits',
      on: sending,
      alsoOn: {
        'users validate': { unlisted: true },
        'users delete': { help: 'max ids per request (default: 1000)', group: 'Limits' },
      },
    },
  },
  bytesPerRequest: {
    rule: size,
    default: defaults.bytesPerRequest,
    description: 'Maximum size of a request, in bytes or as 512k, 1MiB',
    variables: ['MISO_BPR'],
    flag: {
      names: ['--bpr', '--bytes-per-request'],
      value: 'size',
      help: 'max size of a request',
      group: 'Limits',
      on: [...sending, 'users validate'],
    },
  },
  maxRejects: {
    rule: limit,
    example: '5%',
    description: 'Stop when more records are rejected, as a number or a percentage',
    unset: 'no limit',
    flag: { value: 'n|n%', help: 'stop when more records are rejected', group: 'Limits', on: uploads },
  },
  allowRejects: {
    rule: limit,
    example: '1%',
    description: 'Count up to this many rejected records as success, as a number or a percentage',
    unset: 'none',
    flag: { value: 'n|n%', help: 'max rejected records that count as success', group: 'Limits', on: uploads },
  },
  minRecords: {
    rule: integer(0),
    example: 1000,
    description: 'Fail when the input contains fewer records, such as a truncated export',
    unset: '1',
    flag: {
      value: 'n',
      help: 'fail when the input contains fewer records, such as a truncated export',
      group: 'Limits',
      on: uploads,
    },
  },
  dryRun: {
    rule: boolean,
    default: false,
    description: 'Let Miso check the records without storing them',
    variables: ['MISO_DRY'],
    flag: {
      names: ['--dry', '--dry-run'],
      help: 'let Miso check the records without storing them',
      group: 'Upload',
      on: ['users upload', 'users update'],
      alsoOn: {
        'users delete': { help: 'show what would be deleted; send nothing', group: 'Safety' },
        'users sync': { help: 'show what would be done; send nothing', group: 'Sync' },
      },
    },
  },
  wait: {
    rule: boolean,
    default: false,
    description: 'Wait until Miso has finished processing the upload',
    flag: {
      help: 'wait until Miso has finished processing',
      group: 'Upload',
      on: ['users upload'],
      alsoOn: { 'users sync': { unlisted: true }, 'users apply': { unlisted: true } },
    },
  },
  checkPartial: {
    rule: boolean,
    example: true,
    description: 'Warn if a file has only a few fields and would erase the other fields of users',
    unset: 'on a terminal',
    flag: {
      help: 'warn if a file would erase fields that it does not contain (default: on a terminal)',
      group: 'Upload',
      on: ['users upload'],
      negation: 'do not check whether a file would erase fields',
    },
  },
  rejects: {
    rule: pathOrFalse,
    example: 'rejected.csv',
    description: 'File for rejected records; false to write none',
    unset: 'NAME.rejected.EXT in the working directory',
    flag: {
      value: 'file',
      help: 'file for rejected records',
      group: 'Result',
      on: uploads,
      negation: 'do not write rejected records to a file',
    },
  },
  safeCsv: {
    rule: boolean,
    default: false,
    description: 'Write CSV in which spreadsheets run no cell as a formula; upload restores the cells',
    flag: {
      help: 'write CSV that is safe to open in a spreadsheet: cells starting with = + - @ get an apostrophe',
      group: 'Result',
      on: uploads,
      alsoOn: { 'users read': { group: 'Output' }, 'users export': { group: 'Output' } },
    },
  },
  report: {
    rule: path,
    example: 'miso-report.json',
    description: 'Write a report, even on failure: JUnit for .xml, Markdown for .md, else JSON',
    flag: {
      value: 'file',
      help: 'write a report, even on failure: JUnit for .xml, Markdown for .md, else JSON',
      group: 'Result',
      on: reporting,
    },
  },
  stateDir: {
    rule: path,
    example: '/var/lib/miso',
    description: 'Folder for the state that --resume and sync need',
    unset: '$XDG_STATE_HOME/miso, or ~/.local/state/miso',
    flag: {
      value: 'folder',
      help: 'folder for the state that --resume and sync need',
      group: 'Settings',
      on: [...sending, 'config', 'doctor'],
      global: true,
    },
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;
