import { closest } from '../../text.ts';
import { variablesOf } from '../names.ts';
import type { Problem } from '../problem.ts';
import type { ReadContext } from '../rules/rule.ts';
import { type SettingKey, settingKeys, settingTable } from '../settings.ts';
import { fromHome } from './home-path.ts';
import { ignoredVariables } from './ignored.ts';
import type { Entry, Layer, Origin } from './layer.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment variable for --config. */
export const configVariable = 'MISO_CONFIG';

/** The key of --hash. */
export const hashKeyVariable = 'MISO_HASH_KEY';

/** The variable with the key of an environment, as `--env staging` names it: MISO_STAGING_API_KEY. */
export function keyVariableOf(environment: string): string {
  return `MISO_${environment.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_API_KEY`;
}

/** The settings of the environment, or of a .env file. */
export interface EnvironmentSettings {
  readonly layer: Layer;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
  /** Variables that Miso's own command line knows and this one has no use for. */
  readonly ignored: readonly string[];
}

export interface EnvironmentOptions {
  readonly home: string | undefined;
  /** The origin of a variable; default: the environment. */
  readonly originOf?: (variable: string) => Origin;
}

/** Checks every MISO_ variable. An empty one counts as not set; an unknown one causes a warning. */
export function readEnvironment(
  env: Environment,
  { home, originOf = (name) => ({ kind: 'env', name }) }: EnvironmentOptions,
): EnvironmentSettings {
  const layer = new Map<SettingKey, Entry>();
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const context: ReadContext = { kind: 'text', path: (written) => fromHome(written, home) ?? written };
  for (const key of settingKeys) {
    const [name, ...others] = variablesOf(key).filter((variable) => isSet(env[variable]));
    if (name === undefined) continue;
    for (const other of others) {
      if (env[other] !== env[name]) warnings.push(`${other} is ignored, because ${name} is also set.`);
    }
    const result = settingTable[key].rule.read(env[name], context);
    if (result.ok) layer.set(key, { value: result.value, origin: originOf(name) });
    else problems.push({ place: name, message: result.problem });
  }
  const ignored = ignoredVariables.filter((name) => isSet(env[name]));
  for (const { name, hint } of unknownVariables(env)) {
    // A misspelled dry run must not store or delete anything.
    if (/^MISO_DRY/i.test(name) || mentionsDryRun(env[name] ?? ''))
      problems.push({ place: name, message: `unknown variable.${hint}` });
    else warnings.push(`Unknown variable ${name} ignored.${hint}`);
  }
  return { layer, problems, warnings, ignored };
}

/** Whether a text that is not understood may have been meant to request a dry run. */
export function mentionsDryRun(text: string): boolean {
  return /(?<![a-z])dry[-_]?run(?![a-z_-])/i.test(text);
}

/** Unknown variables; `hint`: what to use instead, if known. */
function unknownVariables(env: Environment): { readonly name: string; readonly hint: string }[] {
  const unknown = Object.keys(env).filter((name) => name.startsWith('MISO_') && isSet(env[name]));
  if (unknown.length === 0) return [];
  const known = new Set([
    ...settingKeys.flatMap(variablesOf),
    ...ignoredVariables,
    configVariable,
    hashKeyVariable,
  ]);
  return unknown
    .filter((name) => !known.has(name) && !/^MISO_\w+_API_KEY$/.test(name))
    .map((name) => {
      const names = [...known].map((candidate) => candidate.slice('MISO_'.length));
      const near = closest(name.slice('MISO_'.length), names);
      const hint = near === undefined ? '' : ` Did you mean MISO_${near}?`;
      return { name, hint };
    });
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
