import type { MisoCommand } from '../../cli/miso-command.ts';
import { type GlobalOptions, globalOptionsOf } from '../../cli/options.ts';
import type { SandboxCommandOptions } from './run.ts';

/** Adds `miso sandbox`. */
export function addSandbox(program: MisoCommand): void {
  const command = program
    .command('sandbox')
    .summary('a local Miso (User APIs) on 127.0.0.1, for trials and tests')
    .description(
      'Starts a local Miso with all of the User APIs, as strict as the real one. Stop it with Ctrl-C.\n' +
        'It accepts any key, or only the one given with --key.',
    )
    .option('--port <n>', 'port; 0 picks a free one (default: 4747)')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--data <file>', 'keep the users in this file, over a restart')
    .option('--latency <ms>', 'time for each answer')
    .option('--rate <n>', 'calls a second; more are answered by 429 with Retry-After')
    .option('--fail <percent>', 'calls of a hundred that are answered by 500')
    .option('--faults <file>', 'a plan of faults, in YAML or JSON: see docs/sandbox.md')
    .option('--seed <n>', 'makes the faults the same in every run')
    .option('--task-delay <ms>', 'time until a task is finished')
    .option('--max-bytes <size>', 'largest body; a larger one is answered by 413');
  command.example(
    ['miso sandbox --port 4747', 'then: export MISO_SERVER=http://127.0.0.1:4747 MISO_API_KEY=trial'],
    ['miso sandbox --data users.ndjson --latency 100 --rate 20', 'slow, limited, and with a memory'],
  );
  command.runs(async (world, own: Omit<SandboxCommandOptions, keyof GlobalOptions>) => {
    const { sandbox } = await import('./run.ts');
    return await sandbox({ ...own, ...globalOptionsOf(command) }, world);
  });
}
