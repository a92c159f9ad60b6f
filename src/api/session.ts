import type { Clock } from '../clock.ts';
import { redactKey } from '../redact.ts';
import type { RequestCounts, RequestEvents, SendCall } from './call.ts';
import type { ConnectionSettings, Transport } from './http/transport.ts';
import { withPace } from './pace/pace.ts';
import type { Pacer, PaceSettings } from './pace/pacer.ts';
import { Throttle } from './pace/throttle.ts';
import { withEvents, withVerdict } from './request.ts';
import { withRetries } from './retry/retry.ts';
import { UsersEndpoints } from './users.ts';

export interface SessionSettings extends Omit<ConnectionSettings, 'connections'>, PaceSettings {
  /** Retries of a call after the first attempt. */
  readonly retries: number;
  /** Longest pause that Retry-After may ask for, in milliseconds. */
  readonly maxWaitMs?: number | undefined;
  /** Extra query parameters for every call. */
  readonly params?: Readonly<Record<string, string>>;
  readonly events?: RequestEvents;
  /** Whether a refused key ends the session, so that no further call is sent. Default: true. */
  readonly haltsWhenDenied?: boolean;
}

/** Access to one server, with limits and counts that all its calls share. */
export interface Session {
  readonly users: UsersEndpoints;
  readonly counts: Readonly<RequestCounts>;
  /** How many requests may be in flight, and what limited them so far. */
  readonly pacer: Pick<Pacer, 'limit' | 'throughput'>;
  /** Loads the modules for the first call, which takes a while, before there is anything to send. */
  preload(): void;
}

/** Opens no connection. The first call loads the HTTP library and opens the first connection. */
export function createSession(settings: SessionSettings, clock: Clock): Session {
  const { transport, preload } = lazyTransport({ ...settings, connections: settings.concurrency });
  const { send, counts, pacer } = createSend(transport, settings, clock);
  return { users: new UsersEndpoints(send, settings.params), counts, pacer, preload };
}

type SendSettings = Omit<SessionSettings, keyof ConnectionSettings | 'params'> &
  Pick<ConnectionSettings, 'apiKey'>;

/** Puts a call together from layers, each around the next: retries, pace, verdict, events, transport. */
export function createSend(
  transport: Transport,
  settings: SendSettings,
  clock: Clock,
): { readonly send: SendCall; readonly counts: RequestCounts; readonly pacer: Pacer } {
  const { apiKey, retries, events = {}, maxWaitMs, haltsWhenDenied = true } = settings;
  const counts: RequestCounts = { sent: 0, retried: 0, failed: 0 };
  const pacer = new Throttle(settings, clock);
  const observed = withEvents(transport, events, clock);
  const classified = withVerdict(observed, { counts, clock, redact: redactKey(apiKey), maxWaitMs });
  const paced = withPace(classified, pacer, { haltsWhenDenied });
  const send = withRetries(paced, {
    retries,
    clock,
    counts,
    events,
    failedProbes: () => pacer.failedProbes,
    sleep: (ms, signal) =>
      pacer.retryAfter(clock.sleep(ms, signal ? AbortSignal.any([signal, pacer.halted]) : pacer.halted)),
  });
  return { send, counts, pacer };
}

function lazyTransport(settings: ConnectionSettings): Pick<Session, 'preload'> & { transport: Transport } {
  let loading: Promise<Transport> | undefined;
  const loaded = () => {
    loading ??= import('./http/got-transport.ts').then(({ createTransport }) => createTransport(settings));
    return loading;
  };
  return {
    transport: async (call, signal) => (await loaded())(call, signal),
    // The first call reports the same failure.
    preload: () => void loaded().catch(() => {}),
  };
}
