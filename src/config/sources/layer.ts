import type { SettingKey } from '../settings.ts';

/** Where a value comes from. */
export interface Origin {
  readonly kind: 'flag' | 'env' | 'project' | 'user' | 'default';
  /** The flag, the variable or the path of the file; `default` for defaults. */
  readonly name: string;
  /** The profile of the file, where the value stands in one. */
  readonly profile?: string;
}

/** One value, judged by the rule of its setting, and its origin. */
export interface Entry {
  readonly value: unknown;
  readonly origin: Origin;
}

/** The settings of one place, all of the same rank. */
export type Layer = ReadonlyMap<SettingKey, Entry>;

/** An origin as messages show it: `/app/.mirorc (profile staging)`. */
export function placeOf({ name, profile }: Origin): string {
  return profile === undefined ? name : `${name} (profile ${profile})`;
}
