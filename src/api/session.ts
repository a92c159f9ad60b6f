import type { Clock } from '../clock.ts';
import { hideKey } from './http/hide-key.ts';
import type { ConnectionSettings, Transport } from './http/transport.ts';
import { Throttle, type ThrottleSettings } from './pace/throttle.ts';
import { Caller, type CallerEvents } from './retry/caller.ts';
import { UsersEndpoints } from './users.ts';

/** Everything that talking to one Miso takes. */
export interface SessionSettings extends Omit<ConnectionSettings, 'connections'>, ThrottleSettings {
  /** Further tries of a call after the first. */
  readonly retries: number;
  /** Extra query parameters for every call. */
  readonly params?: Readonly<Record<string, string>>;
  readonly events?: CallerEvents;
  /** Whether a refused key ends the session: no call is sent after it. Default: true. */
  readonly haltsWhenDenied?: boolean;
}

/** One connection to Miso with its limits and its counts. */
export interface Session {
  readonly users: UsersEndpoints;
  readonly caller: Caller;
  readonly throttle: Throttle;
  /** Loads what the first call needs, which takes a while, before there is anything to send. */
  load(): void;
}

/** Opens no connection yet: got is loaded with the first call, or by `load`, and sockets are opened with the first call. */
export function createSession(settings: SessionSettings, clock: Clock): Session {
  const throttle = new Throttle(settings, clock);
  const { transport, load } = lazyTransport({ ...settings, connections: settings.concurrency });
  const { apiKey, retries, events, haltsWhenDenied } = settings;
  const caller = new Caller({
    transport,
    throttle,
    clock,
    retries,
    hide: hideKey(apiKey),
    ...(events === undefined ? {} : { events }),
    ...(haltsWhenDenied === undefined ? {} : { haltsWhenDenied }),
  });
  return { users: new UsersEndpoints(caller, settings.params), caller, throttle, load };
}

function lazyTransport(settings: ConnectionSettings): Pick<Session, 'load'> & { transport: Transport } {
  let loading: Promise<Transport> | undefined;
  const loaded = () => {
    loading ??= import('./http/http.ts').then(({ connect }) => connect(settings));
    return loading;
  };
  return {
    transport: async (call, signal) => (await loaded())(call, signal),
    // The first call meets a failure again.
    load: () => void loaded().catch(() => {}),
  };
}
