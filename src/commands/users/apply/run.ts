import { resolve } from 'node:path';
import type { GlobalOptions } from '../../../cli/options.ts';
import type { Resolved } from '../../../config/resolve.ts';
import { keyFingerprint } from '../../../digest.ts';
import { UsageError } from '../../../errors.ts';
import { identifyInput, type PlanHeader, readActions, readPlanHeader } from '../../../sync/plan/plan-file.ts';
import type { SyncSettings } from '../../../sync/settings.ts';
import { shapingDifferences, shapingOf } from '../../../sync/shaping.ts';
import type { World } from '../../../world.ts';
import { namedFile } from '../../report-failure.ts';
import { runCommand } from '../../run-command.ts';
import type { DeleteFlags } from '../delete-flags.ts';
import { refuseWithoutYes } from '../sync/confirm.ts';
import { deleteFiles, deleteOutputs } from '../sync/options.ts';
import { syncWith } from '../sync/run.ts';
import { createInputResolver, uploadSettings } from '../upload/setup.ts';

export interface ApplyOptions extends GlobalOptions, DeleteFlags {
  readonly plan: string;
}

/** `miso users apply` */
export function apply(options: ApplyOptions, world: World): Promise<number> {
  const files = async () => [
    namedFile('the plan', options.plan, world),
    ...deleteFiles({ ...options, plan: undefined }, world),
  ];
  return runCommand(options, world, { command: 'users apply', files }, async (resolved) => {
    const path = resolve(world.cwd, options.plan);
    const header = await readPlanHeader(path);
    const settings = settingsOf(header, options, { resolved, world });
    await refuseOtherInputs(header);
    const own = { ...options, files: header.inputs.map((input) => input.path) };
    if (header.deletes) refuseWithoutYes(own, resolved, world);
    const resolveInputs = createInputResolver(own, world);
    const only = { serial: header.serial, actions: readActions(path) };
    return await syncWith({ ...settings, only }, { options: own, resolved, resolveInputs }, world);
  });
}

/** The settings of the plan, with those in force. Throws UsageError where they differ. */
function settingsOf(
  header: PlanHeader,
  options: ApplyOptions,
  { resolved, world }: { readonly resolved: Resolved; readonly world: World },
): SyncSettings {
  const key = keyFingerprint(resolved.settings.apiKey?.reveal() ?? '');
  const upload = { ...uploadSettings(resolved, 'users apply'), key };
  const shaping = shapingOf(upload.read, upload.columns, upload.hashKey);
  const differing = shapingDifferences(header.shaping, shaping);
  const differences = [
    ...(header.server === upload.server ? [] : [`it is for ${header.server}, not for ${upload.server}`]),
    ...(header.key === key ? [] : ['the API key has changed']),
    ...(differing.length === 0 ? [] : [`the settings have changed (${differing.join(', ')})`]),
  ];
  if (differences.length > 0) throw refused(`The plan cannot be applied: ${differences.join('; ')}.`);
  const { set, state, full, remote, maxChanges, deletes } = header;
  return {
    ...{ upload, shaping, set, state, full, remote, maxChanges },
    ...{ anySet: true, adoptKey: false, adopt: false, dryRun: false },
    maxStateAgeMs: resolved.settings.maxStateAge * 1000,
    deletes: deletes ? { ...deletes, ...deleteOutputs(options, world) } : undefined,
  };
}

async function refuseOtherInputs({ inputs }: PlanHeader): Promise<void> {
  for (const { path, size, sha256 } of inputs) {
    const now = await identifyInput(path).catch(() => undefined);
    if (now === undefined) throw refused(`The plan cannot be applied: ${path} cannot be read.`);
    if (now.size !== size || now.sha256 !== sha256)
      throw refused(`The plan cannot be applied: ${path} has changed since it was made.`);
  }
}

function refused(message: string): UsageError {
  return new UsageError(message, {
    hint: 'Make a new plan with `miso users sync --plan`, or use the options that it was made with.',
  });
}
