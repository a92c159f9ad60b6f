import { readFile } from 'node:fs/promises';
import { proxyFor } from '../api/http/proxy.ts';
import { createSession, type Session, type SessionSettings } from '../api/session.ts';
import { requireApiKey } from '../config/require-key.ts';
import type { Settings } from '../config/settings.ts';
import { UsageError } from '../errors.ts';
import type { World } from '../world.ts';

/** A session with the Miso that the settings name. Throws UsageError without a key. Opens no connection yet. */
export async function connect(
  settings: Settings,
  world: World,
  told: Pick<SessionSettings, 'events' | 'onPause'>,
): Promise<Session> {
  const { server, timeout, retries, concurrency, requestsPerSecond, params, caFile } = settings;
  const key = requireApiKey(settings);
  return createSession(
    {
      server,
      apiKey: key.reveal(),
      timeoutMs: timeout * 1000,
      retries,
      concurrency,
      requestsPerSecond,
      params,
      ca: caFile === undefined ? undefined : await certificate(caFile),
      proxy: await proxyFor(server, world.env),
      userAgent: `miso-users/${world.version}`,
      ...told,
    },
    world.clock,
  );
}

async function certificate(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The certificate file ${path} cannot be read: ${error.code ?? error.message}.`, {
      cause: error,
    });
  });
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new UsageError(`${path} holds no certificate.`, {
      hint: 'A PEM file is needed, with BEGIN CERTIFICATE in it.',
    });
  }
  return text;
}
