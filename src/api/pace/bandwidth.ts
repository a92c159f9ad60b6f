import type { Clock } from '../../clock.ts';
import type { SendRequest } from '../request.ts';

export interface BandwidthDeps {
  /** Undefined: no limit. */
  readonly bytesPerSecond: number | undefined;
  readonly clock: Clock;
  /** Ends all waits. */
  readonly halted: AbortSignal;
}

/** Delays requests so that their bodies stay below a rate on average. The first one is sent at once. */
export function withBandwidth(
  send: SendRequest,
  { bytesPerSecond, clock, halted }: BandwidthDeps,
): SendRequest {
  if (bytesPerSecond === undefined) return send;
  let freeAt = 0;
  return async (call, attempt) => {
    const { body } = call;
    if (body === undefined) return await send(call, attempt);
    const now = clock.monotonic();
    const startAt = Math.max(now, freeAt);
    freeAt = startAt + (Buffer.byteLength(body) / bytesPerSecond) * 1000;
    const stop = attempt.stop?.soft;
    if (startAt > now) await clock.sleep(startAt - now, stop ? AbortSignal.any([stop, halted]) : halted);
    return await send(call, attempt);
  };
}
