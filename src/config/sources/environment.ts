import { closest } from '../../text.ts';
import { variablesOf } from '../names.ts';
import type { Problem } from '../problem.ts';
import type { ReadContext } from '../rules/rule.ts';
import { type SettingKey, settingKeys, settingTable } from '../settings.ts';
import { fromHome } from './home-path.ts';
import type { Entry, Layer } from './layer.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment variable for --config. */
export const configVariable = 'MISO_CONFIG';

/** The settings of the environment. */
export interface EnvironmentSettings {
  readonly layer: Layer;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/** Checks every MISO_ variable. An empty one counts as not set; an unknown one causes a warning. */
export function readEnvironment(env: Environment, home: string | undefined): EnvironmentSettings {
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
    if (result.ok) layer.set(key, { value: result.value, origin: { kind: 'env', name } });
    else problems.push({ place: name, message: result.problem });
  }
  return { layer, problems, warnings: [...warnings, ...unknownVariables(env)] };
}

function unknownVariables(env: Environment): string[] {
  const known = [...settingKeys.flatMap(variablesOf), configVariable];
  const unknown = Object.keys(env).filter((name) => name.startsWith('MISO_') && isSet(env[name]));
  return unknown
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = closest(
        name.slice('MISO_'.length),
        known.map((candidate) => candidate.slice('MISO_'.length)),
      );
      const hint = near === undefined ? '' : ` Did you mean MISO_${near}?`;
      return `Unknown variable ${name} ignored.${hint}`;
    });
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
