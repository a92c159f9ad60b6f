import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { GlobalOptions } from '../../cli/options.ts';
import { parseSettings } from '../../config/parse.ts';
import { size } from '../../config/rules/units.ts';
import { exitCodes, UsageError } from '../../errors.ts';
import { createLogger } from '../../report/progress/logger.ts';
import { parseFaultPlan } from '../../sandbox/faults/fault-plan.ts';
import { type SandboxOptions, startSandbox } from '../../sandbox/http/server.ts';
import { escapeControls, jsonLine, quoteText } from '../../text.ts';
import type { World } from '../../world.ts';
import { runCommand } from '../run-command.ts';

const defaultPort = 4747;

/** Values as they were typed. */
export interface SandboxCommandOptions extends GlobalOptions {
  readonly port?: string;
  readonly host?: string;
  readonly data?: string;
  readonly latency?: string;
  readonly rate?: string;
  readonly fail?: string;
  readonly faults?: string;
  readonly seed?: string;
  readonly taskDelay?: string;
  readonly maxBytes?: string;
}

/** `miso sandbox`: runs until it is stopped. */
export function sandbox(args: SandboxCommandOptions, world: World): Promise<number> {
  return runCommand(args, world, { command: 'sandbox', offline: true }, async ({ settings, origins }) => {
    const logger = createLogger(world, settings);
    // Only a key given as a flag restricts the sandbox: a key in the environment is for the real Miso.
    const key = origins.get('apiKey')?.kind === 'flag' ? settings.apiKey?.reveal() : undefined;
    const running = await startSandbox({
      ...(await optionsOf(args, world)),
      ...(key === undefined ? {} : { key }),
      ...(settings.verbose
        ? {
            onRequest: ({ method, path, status, fault }, took) =>
              logger.line(
                logger.style.dim(
                  escapeControls(
                    `${method} ${path} ${status} ${Math.round(took)} ms ${fault ?? ''}`.trimEnd(),
                  ),
                ),
              ),
          }
        : {}),
    });
    if (args.json) await world.stdout.write(jsonLine({ url: running.url, port: running.port }));
    else if (!settings.quiet) await world.stdout.write(greeting(running.url, key !== undefined));
    await stopped(world);
    await running.close();
    return exitCodes.ok;
  });
}

function greeting(url: string, ownKey: boolean): string {
  return `Miso sandbox listening on ${url}
It accepts ${ownKey ? 'the key that it was started with' : 'any key'}. To use it:
  export MISO_SERVER=${url} MISO_API_KEY=${ownKey ? '…' : 'trial'}
Stop it with Ctrl-C.
`;
}

/** Resolves at the first signal of any kind: a sandbox always ends this way, so it is not an error. */
function stopped({ stop }: World): Promise<void> {
  return new Promise((done) => {
    if (stop.soft.aborted) done();
    stop.soft.addEventListener('abort', () => done(), { once: true });
  });
}

async function optionsOf(args: SandboxCommandOptions, world: World): Promise<SandboxOptions> {
  const faults =
    args.faults === undefined ? undefined : await readFaults(resolve(world.cwd, args.faults), args.faults);
  const options = {
    port: number(args.port, '--port') ?? defaultPort,
    host: args.host,
    data: args.data === undefined ? undefined : resolve(world.cwd, args.data),
    latency: number(args.latency, '--latency'),
    rate: number(args.rate, '--rate'),
    fail: number(args.fail, '--fail'),
    seed: number(args.seed, '--seed'),
    taskDelay: number(args.taskDelay, '--task-delay'),
    maxBytes: args.maxBytes === undefined ? undefined : bytesOf(args.maxBytes),
    faults,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

async function readFaults(path: string, shown: string) {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The fault plan ${shown} cannot be read: ${error.code ?? error.message}.`, {
      cause: error,
    });
  });
  return parseFaultPlan(await parseSettings(path, text), shown);
}

function number(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value))
    throw new UsageError(`${flag}: expected a number, found ${quoteText(text)}.`, {
      hint: '`miso sandbox --help` shows what each option takes.',
    });
  return value;
}

function bytesOf(text: string): number {
  const parsed = size.read(text, { kind: 'text', path: (written) => written });
  if (!parsed.ok) throw new UsageError(`--max-bytes: ${parsed.problem}`);
  return parsed.value;
}
