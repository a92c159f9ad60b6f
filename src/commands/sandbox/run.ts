import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { resolve } from 'node:path';
import type { GlobalOptions } from '../../cli/options.ts';
import { parseSettings } from '../../config/parse.ts';
import { size } from '../../config/rules/units.ts';
import { isLoopback } from '../../contract/server.ts';
import { exitCodes, UsageError } from '../../errors.ts';
import { createFile, orOutputError } from '../../files/write.ts';
import { createLogger } from '../../report/progress/logger.ts';
import { parseFaultPlan } from '../../sandbox/faults/fault-plan.ts';
import { type SandboxOptions, startSandbox } from '../../sandbox/http/server.ts';
import { sampleFiles } from '../../sandbox/sample-users.ts';
import { escapeControls, jsonLine, quoteText } from '../../text.ts';
import type { World } from '../../world.ts';
import { runCommand } from '../run-command.ts';

const defaultPort = 4747;

/** The arguments as text. */
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
  readonly demo?: boolean;
}

/** `miso sandbox`: runs until it is stopped. */
export function sandbox(args: SandboxCommandOptions, world: World): Promise<number> {
  return runCommand(args, world, { command: 'sandbox', offline: true }, async ({ settings, origins }) => {
    const logger = createLogger(world, settings);
    // Only a key from a flag restricts the sandbox. A key from the environment is for the real Miso.
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
    if (!isLoopback(args.host ?? '127.0.0.1') && args.host !== '::1') {
      logger.warning(
        `The sandbox listens on ${args.host}: anyone who can reach this machine can read and change its users.` +
          (key === undefined ? ' Set --key, or omit --host.' : ''),
      );
    }
    const samples = args.demo === true ? await writeSamples(world.cwd) : [];
    for (const name of samples.filter(({ written }) => !written).map(({ name }) => name)) {
      logger.warning(`${name} already exists and was not changed.`);
    }
    if (args.json) await world.stdout.write(jsonLine({ url: running.url, port: running.port }));
    else if (!settings.quiet)
      await world.stdout.write(greeting(running.url, key !== undefined) + tour(samples));
    await stopped(world);
    await running.close();
    return exitCodes.ok;
  });
}

function greeting(url: string, ownKey: boolean): string {
  return `Miso sandbox listening on ${url}
It accepts ${ownKey ? 'only the key from --key' : 'any key'}. To use it:
  ${variables({ MISO_SERVER: url, MISO_API_KEY: ownKey ? '…' : 'trial' })}
Stop it with Ctrl-C.
`;
}

/** The line that sets variables for the commands after it, in sh or PowerShell. */
function variables(values: Readonly<Record<string, string>>): string {
  const all = Object.entries(values);
  if (platform() === 'win32') return all.map(([name, value]) => `$env:${name} = "${value}"`).join('; ');
  return `export ${all.map(([name, value]) => `${name}=${value}`).join(' ')}`;
}

interface Sample {
  readonly name: string;
  readonly written: boolean;
}

/** Writes the sample files that do not exist yet. */
async function writeSamples(cwd: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const [name, text] of sampleFiles()) {
    const handle = await createFile(resolve(cwd, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return undefined;
      throw new UsageError(`${name} cannot be written to the working directory: ${error.code}.`, {
        cause: error,
      });
    });
    if (handle !== undefined) {
      await orOutputError(
        handle.appendFile(text).finally(() => handle.close()),
        { name },
      );
    }
    samples.push({ name, written: handle !== undefined });
  }
  return samples;
}

/** Commands to try with the sample files. */
function tour(samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  return `
In another terminal, in this folder, after setting the variables:
  miso users upload users.csv --type score=number
  miso users upload users-with-errors.csv --type score=number
  miso users read u-42
`;
}

/** Resolves at the first signal. A sandbox always ends this way, so it is not an error. */
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
