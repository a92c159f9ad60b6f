import { proxyFor } from '../api/http/proxy.ts';
import type { ConnectionSettings } from '../api/http/transport.ts';
import { createSession, type Session, type SessionSettings } from '../api/session.ts';
import { requireApiKey } from '../config/require-key.ts';
import type { Settings } from '../config/settings.ts';
import { defaults } from '../contract/defaults.ts';
import { UsageError } from '../errors.ts';
import { readSmallFile } from '../files/read-small.ts';
import type { World } from '../world.ts';

/** How to reach the server of the settings. */
export async function routeFor(
  { server, timeout, caFile }: Settings,
  { env }: Pick<World, 'env'>,
): Promise<Pick<ConnectionSettings, 'server' | 'timeoutMs' | 'ca' | 'proxy'>> {
  return {
    server,
    timeoutMs: timeout * 1000,
    ca: caFile === undefined ? undefined : await readCertificate(caFile),
    proxy: proxyFor(server, env),
  };
}

/** How to connect to the server of the settings. Throws UsageError without a key. */
export async function connectionFor(
  settings: Settings,
  world: World,
): Promise<Omit<ConnectionSettings, 'connections'>> {
  return {
    apiKey: requireApiKey(settings).reveal(),
    userAgent: `miso-users/${world.version}`,
    ...(await routeFor(settings, world)),
  };
}

/**
 * Creates a session with the server of the settings, without connecting yet. Throws UsageError without a key.
 */
export async function sessionFor(
  settings: Settings,
  world: World,
  observers: Pick<SessionSettings, 'events' | 'onPause'>,
): Promise<Session> {
  const { retries, concurrency, requestsPerSecond, bytesPerSecond, params, maxWait } = settings;
  return createSession(
    {
      ...(await connectionFor(settings, world)),
      maxWaitMs: maxWait * 1000,
      retries,
      concurrency: concurrency === 'auto' ? defaults.maxConcurrency : concurrency,
      concurrencyIsChosen: concurrency !== 'auto',
      requestsPerSecond,
      bytesPerSecond,
      params,
      ...observers,
    },
    world.clock,
  );
}

/** The system's own bundle has a quarter of it. */
const maxCertificateBytes = 1024 * 1024;

async function readCertificate(path: string): Promise<string> {
  const bytes = await readSmallFile(path, maxCertificateBytes).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The certificate file ${path} cannot be read: ${error.code ?? error.message}.`, {
      cause: error,
    });
  });
  const text = bytes.toString('utf8');
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new UsageError(`${path} contains no certificate.`, {
      hint: 'Expected a PEM file with a line -----BEGIN CERTIFICATE-----.',
    });
  }
  return text;
}
