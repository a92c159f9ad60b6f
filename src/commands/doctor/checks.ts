import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { classifyReply } from '../../api/http/classify-reply.ts';
import { type ProbeStep, probeConnection } from '../../api/http/probe.ts';
import type { Transport } from '../../api/http/transport.ts';
import { describeSettings } from '../../config/docs/describe.ts';
import type { Resolved } from '../../config/resolve.ts';
import { exitCodes } from '../../errors.ts';
import { systemDisk } from '../../files/disk.ts';
import { createFile, reasonOf } from '../../files/write.ts';
import { formatDuration, pluralize } from '../../text.ts';
import type { World } from '../../world.ts';
import { connectionFor, routeFor } from '../session.ts';
import type { Check } from './check-text.ts';

/** Max milliseconds for one step, even if the request timeout is longer. */
const maxStepMs = 10_000;
/** Requests after the first one, to estimate the rate. */
const rateRequests = 5;
/** Max difference between the clocks in milliseconds. */
const maxSkewMs = 60_000;

/** A check, with the exit code of the command if it failed. */
export interface Finding extends Check {
  readonly exitCode?: number;
}

export function versionCheck({ version, platform }: World): Finding {
  return { name: 'versions', status: 'ok', detail: `miso ${version}, ${platform}, ${release()}` };
}

export function settingsCheck(resolved: Resolved): Finding {
  const rows = describeSettings(resolved).filter(({ kind }) => kind !== 'default');
  const { files, warnings, settings } = resolved;
  const found = files.length === 0 ? 'no settings file' : files.join(', ');
  const profile = settings.profile === undefined ? '' : `, profile ${settings.profile}`;
  return {
    name: 'settings',
    status: warnings.length > 0 ? 'warning' : 'ok',
    detail: `${found}${profile}`,
    lines: [...rows.map(({ key, text, origin }) => `${key}: ${text} (${origin})`), ...warnings],
  };
}

const stepNames: Readonly<Record<ProbeStep, string>> = { dns: 'DNS', tcp: 'TCP', proxy: 'proxy', tls: 'TLS' };

/** The steps of a connection to the server, until one fails. */
export async function* connectionChecks({ settings }: Resolved, world: World): AsyncGenerator<Finding> {
  const { clock, stop } = world;
  const route = await routeFor(settings, world);
  const connection = { ...route, timeoutMs: Math.min(route.timeoutMs, maxStepMs) };
  if (route.proxy === undefined) yield { name: 'proxy', status: 'ok', detail: 'none' };
  const options = { connection, monotonic: clock.monotonic, now: clock.now(), signal: stop.soft };
  for await (const result of probeConnection(options)) {
    const { step, ms } = result;
    if ('detail' in result) yield { name: stepNames[step], status: 'ok', ms, detail: result.detail };
    else {
      const { failure: detail, hint } = result;
      yield { name: stepNames[step], status: 'failed', ms, detail, hint, exitCode: exitCodes.unavailable };
    }
  }
}

/** Checks that the server accepts the key, its clock, and how fast it replies. */
export async function* serverChecks(resolved: Resolved, world: World): AsyncGenerator<Finding> {
  const { settings } = resolved;
  const { clock } = world;
  const connection = await connectionFor(settings, world);
  const { createTransport } = await import('../../api/http/got-transport.ts');
  const transport = createTransport({ ...connection, connections: 1 });
  const first = await readUnknownUser(transport, resolved, world);
  if (first.reply.kind !== 'http') {
    const { message, hint } = first.reply;
    yield {
      name: 'HTTP',
      status: 'failed',
      ms: first.ms,
      detail: message,
      hint,
      exitCode: exitCodes.unavailable,
    };
    return;
  }
  const { status, date, verdict } = first.reply;
  const isMiso = verdict.kind === 'not-found' || verdict.kind === 'success';
  if (verdict.kind === 'denied') {
    yield { name: 'HTTP', status: 'ok', ms: first.ms, detail: `HTTP ${status}` };
    const detail = `refused: ${verdict.message} (HTTP ${status})`;
    const hint = 'Each Miso environment has its own key. The User APIs need the secret one.';
    yield { name: 'key', status: 'failed', detail, hint, exitCode: exitCodes.access };
  } else if (isMiso) {
    yield { name: 'HTTP', status: 'ok', ms: first.ms, detail: `HTTP ${status}, as expected` };
    yield { name: 'key', status: 'ok', detail: 'accepted' };
  } else {
    const detail = `HTTP ${status}: ${verdict.message}`;
    yield { name: 'HTTP', status: 'failed', ms: first.ms, detail, exitCode: exitCodes.unavailable };
  }
  yield clockCheck(date, clock.now() - first.ms / 2);
  if (isMiso) yield await rateCheck(transport, resolved, world);
}

interface Exchange {
  readonly ms: number;
  readonly reply:
    | {
        readonly kind: 'http';
        readonly status: number;
        readonly date: string | undefined;
        readonly verdict: ReturnType<typeof classifyReply>;
      }
    | { readonly kind: 'network'; readonly message: string; readonly hint?: string | undefined };
}

/** Reads a user that does not exist: Miso answers 404 to a valid key, and 401 or 403 to an invalid one. */
async function readUnknownUser(
  transport: Transport,
  { settings: { params } }: Resolved,
  { clock, stop, secrets }: World,
): Promise<Exchange> {
  const start = clock.monotonic();
  const call = { method: 'GET', path: `v1/users/miso-doctor-${randomUUID()}`, query: params } as const;
  const reply = await transport(call, stop.soft);
  const ms = Math.round(clock.monotonic() - start);
  if (!('status' in reply)) return { ms, reply };
  const verdict = classifyReply(reply, { redact: secrets.redact });
  return { ms, reply: { kind: 'http', status: reply.status, date: reply.date, verdict } };
}

/** `now`: when the server replied, by the clock of this machine. */
function clockCheck(date: string | undefined, now: number): Finding {
  const time = Date.parse(date ?? '');
  if (Number.isNaN(time)) return { name: 'clock', status: 'skipped', detail: 'the reply has no date' };
  // The header contains whole seconds.
  const skew = Math.max(0, Math.abs(time + 500 - now) - 500);
  const detail =
    skew < 1000
      ? 'agrees with the server'
      : `${formatDuration(skew)} ${time > now ? 'behind' : 'ahead of'} the server`;
  if (skew <= maxSkewMs) return { name: 'clock', status: 'ok', detail };
  const hint = 'Set the clock of this machine: certificates and the times in reports depend on it.';
  return { name: 'clock', status: 'warning', detail, hint };
}

async function rateCheck(transport: Transport, resolved: Resolved, world: World): Promise<Finding> {
  const times: number[] = [];
  for (let n = 0; n < rateRequests; n++) {
    const { ms, reply } = await readUnknownUser(transport, resolved, world);
    if (reply.kind === 'http' && reply.status === 429) {
      const detail = `Miso refused request ${n + 2} with HTTP 429: too many requests`;
      return { name: 'rate', status: 'warning', detail, hint: 'Another program may use up the limit.' };
    }
    if (reply.kind === 'network') return { name: 'rate', status: 'warning', detail: reply.message };
    times.push(ms);
  }
  const median = times.sort((a, b) => a - b)[Math.floor(rateRequests / 2)]!;
  const { requestsPerSecond } = resolved.settings;
  const limit =
    requestsPerSecond === undefined ? '' : `; --requests-per-second limits it to ${requestsPerSecond}`;
  const perSecond = Math.max(1, Math.round(1000 / Math.max(1, median)));
  const detail = `${median} ms per request: about ${pluralize(perSecond, 'request')} per second on each connection${limit}`;
  return { name: 'rate', status: 'ok', ms: median, detail };
}

/** Whether journals can be written, which --resume requires. */
export async function stateCheck({ settings: { stateDir } }: Resolved, world: World): Promise<Finding> {
  const name = 'state folder';
  if (stateDir === undefined) {
    const detail = 'neither XDG_STATE_HOME nor HOME is set: --resume and sync are not possible';
    return { name, status: 'warning', detail };
  }
  const folder = join(stateDir, 'uploads');
  const start = world.clock.monotonic();
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `doctor-${randomUUID()}`);
    const file = await createFile(path);
    try {
      await file.appendFile('test\n');
      await file.sync();
    } finally {
      await file.close();
      await systemDisk.remove(path);
    }
    return {
      name,
      status: 'ok',
      ms: Math.round(world.clock.monotonic() - start),
      detail: `${stateDir} is writable`,
    };
  } catch (error) {
    const detail = `${stateDir} cannot be written: ${reasonOf(error)}`;
    const hint = '--resume and sync need this folder. Choose another one with --state-dir.';
    return { name, status: 'failed', detail, hint, exitCode: exitCodes.partial };
  }
}
