import type { Call } from '../call.ts';
import type { Verdict } from '../http/classify-reply.ts';
import type { SendRequest } from '../request.ts';
import { deniedError } from '../retry/call-error.ts';
import { reasonOf } from '../retry/retry.ts';
import type { Feedback, Pacer } from './pacer.ts';

/** Makes each request wait for its turn. `haltsWhenDenied`: a refused key stops all calls. */
export function withPace(
  send: SendRequest,
  pacer: Pacer,
  { haltsWhenDenied }: { readonly haltsWhenDenied: boolean },
): SendRequest {
  return async (call, attempt) => {
    const permit = await pacer.acquire({
      signal: attempt.stop?.soft,
      first: attempt.probe,
      bytes: call.body === undefined ? 0 : Buffer.byteLength(call.body),
      kind: kindOf(call),
    });
    let feedback: Feedback | undefined;
    try {
      const verdict = await send(call, attempt);
      if (verdict.kind === 'denied' && haltsWhenDenied) pacer.halt(deniedError(verdict));
      feedback = feedbackOf(verdict);
      return verdict;
    } finally {
      permit.release(feedback);
    }
  };
}

function feedbackOf(verdict: Verdict): Feedback | undefined {
  if (verdict.kind === 'denied') return undefined;
  if (verdict.kind !== 'retry') return { kind: 'replied' };
  const { throttled, overloaded, retryAfterMs } = verdict;
  const reason = reasonOf(verdict);
  if (throttled) return { kind: 'throttled', retryAfterMs, reason };
  return overloaded ? { kind: 'overloaded', retryAfterMs, reason } : { kind: 'failed' };
}

/** Uploads, reads and status calls have different latencies. */
function kindOf({ method, path }: Call): string {
  const [version, resource, rest = ''] = path.split('/');
  return `${method} ${version}/${resource}/${rest.startsWith('_') ? rest : ''}`;
}
