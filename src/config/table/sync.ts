import { boolean } from '../rules/scalars.ts';
import { age, limit } from '../rules/units.ts';
import type { Setting } from './setting.ts';

/** Safety limits of syncs and deletes. */
export const syncSettings = {
  maxChanges: {
    rule: limit,
    default: '30%',
    description:
      'Stop a sync before it sends anything if more users have changed, as a number or a percentage',
    flag: {
      value: 'n|n%',
      help: 'send nothing if more users have changed',
      group: 'Sync',
      on: ['users sync'],
      alsoOn: { 'users apply': { unlisted: true } },
    },
  },
  maxStateAge: {
    rule: age,
    default: '30d',
    description:
      'Send all records and delete nothing if the state of a sync is older, in seconds or as 12h, 30d',
    flag: {
      value: 'duration',
      help: 'send everything if the state is older',
      group: 'Sync',
      on: ['users sync', 'users apply'],
    },
  },
  deleteAfter: {
    rule: age,
    example: '7d',
    description:
      'Delete users only after they have been gone from the input for this time, such as 12h or 7d',
    unset: 'immediately',
    flag: {
      value: 'duration',
      help: 'delete users only after they have been gone for this time',
      group: 'Deletes',
      on: ['users sync'],
      alsoOn: { 'users apply': { unlisted: true } },
    },
  },
  maxDeletes: {
    rule: limit,
    example: '5%',
    description: 'Refuse to delete more users in one run, as a number or a percentage of all users at Miso',
    unset: 'no limit; for a sync: 10% of its users',
    flag: {
      value: 'n|n%',
      help: 'refuse to delete more users than this (default: no limit)',
      group: 'Safety',
      on: ['users delete'],
      alsoOn: {
        'users sync': { help: 'delete nothing if more users are gone (default: 10%)', group: 'Deletes' },
        'users apply': { unlisted: true },
      },
    },
  },
  yes: {
    rule: boolean,
    default: false,
    description: 'Do not ask for confirmation',
    notInFiles: true,
    flag: {
      names: ['-y', '--yes'],
      help: 'do not ask for confirmation',
      group: 'Safety',
      on: ['users delete'],
      alsoOn: { 'users sync': { group: 'Deletes' }, 'users apply': { group: 'Deletes' } },
    },
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;
