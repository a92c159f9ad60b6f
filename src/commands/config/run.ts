import type { GlobalOptions } from '../../cli/options.ts';
import { describeSettings, settingRow } from '../../config/docs/describe.ts';
import { quoteSafely } from '../../config/rules/rule.ts';
import { settingKeys } from '../../config/settings.ts';
import { exitCodes, UsageError } from '../../errors.ts';
import { createLogger } from '../../report/progress/logger.ts';
import { configText } from '../../report/text/config-text.ts';
import { styleFor } from '../../report/text/style.ts';
import { widthFor } from '../../report/text/width.ts';
import { closest, escapeControls, jsonLine } from '../../text.ts';
import type { World } from '../../world.ts';
import { runCommand } from '../run-command.ts';

/** `miso config get` */
export function configGet(options: GlobalOptions, key: string, world: World): Promise<number> {
  return runCommand(options, world, { command: 'config get' }, async (resolved) => {
    const logger = createLogger(world, resolved.settings);
    resolved.warnings.forEach(logger.warning);
    const row = settingRow(key, resolved);
    if (row === undefined) {
      const near = closest(key, settingKeys);
      throw new UsageError(`Unknown setting ${quoteSafely(key)}.`, {
        hint: near === undefined ? '`miso config` lists all settings.' : `Did you mean ${near}?`,
      });
    }
    const { value, origin, kind } = row;
    if (options.json) await world.stdout.write(jsonLine({ key, value, origin, kind }));
    else if (value !== null) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      await world.stdout.write(`${world.stdout.isTTY ? escapeControls(text) : text}\n`);
    }
    return value === null ? exitCodes.partial : exitCodes.ok;
  });
}

/** `miso config` */
export function config(args: GlobalOptions, world: World): Promise<number> {
  return runCommand(args, world, { command: 'config' }, async (resolved) => {
    const logger = createLogger(world, resolved.settings);
    resolved.warnings.forEach(logger.warning);
    const rows = describeSettings(resolved);
    if (args.json) {
      const settings = rows.map(({ key, value, origin, kind }) => ({ key, value, origin, kind }));
      await world.stdout.write(jsonLine({ files: resolved.files, settings }));
      return exitCodes.ok;
    }
    const style = styleFor(world.stdout, world, resolved.settings.color);
    const lines = rows.map(({ key, text, origin, kind }) => ({
      key,
      text,
      origin,
      isDefault: kind === 'default',
    }));
    await world.stdout.write(configText(lines, { style, width: widthFor(world.stdout) }));
    return exitCodes.ok;
  });
}
