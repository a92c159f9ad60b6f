import type { Rule } from '../rules/rule.ts';
import type { CommandName } from './commands.ts';

/**
 * One setting. A row of a table in this folder is all that a setting needs: its flag, its environment
 * variables, its key in settings files, the documentation, `.mirorc.example`, the JSON Schema, shell
 * completion, `miso config` and the type `Settings` are derived from it.
 *
 * To add one: add a row to the table of its group, then read `settings.<key>` where it takes effect, and run
 * `npx vitest run test/config test/docs test/cli/help.test.ts -u` and `node scripts/docs.mjs` to update the
 * generated pages. A row with `default` is a required property of `Settings`; one without is optional, and
 * absent until it is set.
 * Keys that begin with `columns.` are properties of `Settings.columns`; `ColumnSettings` declares them as
 * well.
 */
export interface Setting<T> {
  readonly rule: Rule<T>;
  /** As written in a settings file. */
  readonly default?: unknown;
  /** As written in a settings file, for settings without a default. */
  readonly example?: unknown;
  /** One sentence without the period, for the documentation and the settings file. */
  readonly description: string;
  /** What applies if nothing is set, for settings without a default. */
  readonly unset?: string;
  readonly flag: Flag;
  /** Environment variables in addition to the one that is derived from the key. */
  readonly variables?: readonly string[];
  /** An additional key in settings files. */
  readonly alias?: string;
  /** Can only be set by its flag or its variables. */
  readonly notInFiles?: true;
}

/** A command-line flag. A flag without `value` is a switch, which `--no-<name>` turns off. */
export interface Flag {
  /** Spellings shown in help, the main one last: `['-k', '--key']`. Default: derived from the key. */
  readonly names?: readonly string[];
  /** Hidden spellings. */
  readonly hidden?: readonly string[];
  /** The name of the value in help: `file`, `n|n%`. */
  readonly value?: string;
  /** Choices that completion offers. */
  readonly choices?: readonly string[];
  /** A command that prints choices for completion, one per line. */
  readonly completedBy?: string;
  /** Help text. A default is appended to it. */
  readonly help: string;
  readonly group: FlagGroup;
  /** Commands that have the flag. */
  readonly on: readonly CommandName[];
  /** Commands that list it under another heading, with another help text, or not at all. */
  readonly alsoOn?: { readonly [C in CommandName]?: FlagVariant };
  /** Accepted before and after any command. Commands outside `on` accept it but do not list it in help. */
  readonly global?: true;
  /** Help text of the `--no-` form. Without it, help does not list that form. */
  readonly negation?: string;
}

/** The differences of a flag on one command. */
export interface FlagVariant {
  readonly help?: string;
  readonly group?: FlagGroup;
  /** Accepted without effect, so that commands can share the same options. */
  readonly unlisted?: true;
}

/** The headings of help, in order. */
export const flagGroups = [
  'Input',
  'Columns to fields',
  'Limits',
  'Upload',
  'Sync',
  'Deletes',
  'Safety',
  'Result',
  'Output',
  'Settings',
  'Connection',
] as const;

export type FlagGroup = (typeof flagGroups)[number];
