/**
 * Sets of commands, for the `on` of a flag. A new command is added to the sets whose flags it takes; its
 * `command.ts` then calls `addSettingFlags(command, '<name>')`.
 */

/** Prepare records of users for an upload. */
export const uploads = [
  'users upload',
  'users validate',
  'users sync',
  'users apply',
  'users update',
  'users merge',
] as const;

/** Send users. */
export const sending = ['users upload', 'users sync', 'users apply', 'users update'] as const;

/** Read the records of users from files. */
export const recordInputs = [...uploads, 'users check'] as const;

/** Read files: users, or ids. */
export const inputs = [
  ...recordInputs,
  'users read',
  'users delete',
  'users ids diff',
  'users status',
] as const;

/** Write a summary of their run. */
export const reporting = [...uploads, 'users read', 'users delete', 'users export', 'users check'] as const;

/** Use the settings of the connection. */
export const connected = [
  'users',
  'users upload',
  'users sync',
  'users apply',
  'users update',
  'users merge',
  'users read',
  'users delete',
  'users export',
  'users check',
  'users ids',
  'users ids diff',
  'users status',
  'config',
  'config get',
  'init',
  'doctor',
] as const;

/** Use settings. */
export const everywhere = ['', ...connected, 'users validate', 'users sync status', 'sandbox'] as const;

/** The path of a command, without `miso`; empty for the program itself. */
export type CommandName = (typeof everywhere)[number];
