import type { GlobalOptions } from '../../cli/options.ts';
import { describeSettings } from '../../config/docs/describe.ts';
import { exitCodes } from '../../errors.ts';
import { createLogger } from '../../report/progress/logger.ts';
import { configText } from '../../report/text/config-text.ts';
import { styleFor } from '../../report/text/style.ts';
import { widthFor } from '../../report/text/width.ts';
import { jsonLine } from '../../text.ts';
import type { World } from '../../world.ts';
import { runCommand } from '../run-command.ts';

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
