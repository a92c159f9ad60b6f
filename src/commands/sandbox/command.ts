import type { MisoCommand } from '../../cli/miso-command.ts';
import { type GlobalOptions, globalOptionsOf } from '../../cli/options.ts';
import type { SandboxCommandOptions } from './run.ts';

/** Adds `miso sandbox`. */
export function addSandbox(program: MisoCommand): void {
  const command = program
    .command('sandbox')
    .summary('run a local Miso for testing')
    .description(
      'Runs a local server with all User APIs, as strict as the real one. Press Ctrl-C to stop it.\n' +
        'It accepts any key, or only the key given with --key.',
    )
    .option('--port <n>', 'port; 0 picks a free one (default: 4747)')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--data <file>', 'persist users to this file')
    .option('--latency <ms>', 'delay of each response')
    .option('--rate <n>', 'max requests per second; others get 429 with Retry-After')
    .option('--fail <percent>', 'percent of requests failing with 500')
    .option('--faults <file>', 'faults, limits and delays in YAML or JSON: see docs/sandbox.md')
    .option('--seed <n>', 'seed that makes faults reproducible')
    .option('--task-delay <ms>', 'time until a task finishes')
    .option('--max-bytes <size>', 'max size of a request body; larger ones get 413')
    .option('--demo', 'write sample files to the working directory first');
  command.example(
    ['miso sandbox --demo', 'with the sample files users.csv and users-with-errors.csv'],
    ['miso sandbox --port 4747', 'then: export MISO_SERVER=http://127.0.0.1:4747 MISO_API_KEY=trial'],
    ['miso sandbox --data users.ndjson --latency 100 --rate 20', 'slow, rate-limited, persistent'],
  );
  command.runs(async (world, own: Omit<SandboxCommandOptions, keyof GlobalOptions>) => {
    const { sandbox } = await import('./run.ts');
    return await sandbox({ ...own, ...globalOptionsOf(command) }, world);
  });
}
