import { readFile } from 'node:fs/promises';
import { proxyFor } from '../api/http/proxy.ts';
import { createSession, type Session, type SessionSettings } from '../api/session.ts';
import { requireApiKey } from '../config/require-key.ts';
import type { Settings } from '../config/settings.ts';
import { defaults } from '../contract/defaults.ts';
import { UsageError } from '../errors.ts';
import type { World } from '../world.ts';

/** Creates a session with the server of the settings, without connecting yet. Throws UsageError without a key. */
export async function sessionFor(
  settings: Settings,
  world: World,
  observers: Pick<SessionSettings, 'events' | 'onPause'>,
): Promise<Session> {
  const {
    server,
    timeout,
    retries,
    concurrency,
    requestsPerSecond,
    bytesPerSecond,
    params,
    caFile,
    maxWait,
  } = settings;
  const key = requireApiKey(settings);
  return createSession(
    {
      server,
      apiKey: key.reveal(),
      timeoutMs: timeout * 1000,
      maxWaitMs: maxWait * 1000,
      retries,
      concurrency: concurrency === 'auto' ? defaults.maxConcurrency : concurrency,
      concurrencyIsChosen: concurrency !== 'auto',
      requestsPerSecond,
      bytesPerSecond,
      params,
      ca: caFile === undefined ? undefined : await readCertificate(caFile),
      proxy: proxyFor(server, world.env),
      userAgent: `miso-users/${world.version}`,
      ...observers,
    },
    world.clock,
  );
}

async function readCertificate(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The certificate file ${path} cannot be read: ${error.code ?? error.message}.`, {
      cause: error,
    });
  });
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new UsageError(`${path} contains no certificate.`, {
      hint: 'Expected a PEM file with a line -----BEGIN CERTIFICATE-----.',
    });
  }
  return text;
}
