import type { SettingKey } from '../settings.ts';

/** The origin of a value. */
export interface Origin {
  /** `named`: the file of --config, which the user trusts. */
  readonly kind: 'flag' | 'env' | 'dotenv' | 'named' | 'project' | 'user' | 'default';
  /** A flag, a variable or the path of a file; `default` for defaults. */
  readonly name: string;
  /** The variable of a .env file. */
  readonly variable?: string;
  /** The profile of the file that contains the value. */
  readonly profile?: string;
}

/** One value that passed the rule of its setting, and its origin. */
export interface Entry {
  readonly value: unknown;
  readonly origin: Origin;
}

/** The settings of one place, all with the same precedence. */
export type Layer = ReadonlyMap<SettingKey, Entry>;

/** An origin in messages: `/app/.mirorc (profile staging)`. */
export function originText({ name, profile, variable }: Origin): string {
  const detail = profile === undefined ? variable : `profile ${profile}`;
  return detail === undefined ? name : `${name} (${detail})`;
}
