import { type Call, idsOf, kindOfRoute, parseCall } from '../calls.ts';
import { type ExecutedCall, execute, type FaultEffect, type Service } from '../endpoints.ts';
import { type Answer, applyFault } from '../faults/apply-fault.ts';
import type { FaultRule, Faults } from '../faults/fault-rules.ts';
import { checkUpload } from '../upload-check.ts';
import type { Body } from './body.ts';
import { gatewayPage, message, type Reply } from './replies.ts';
import type { Route } from './routes.ts';

/** An answer, with what the log records about the call. */
export interface Handled extends Answer {
  readonly ids: readonly string[];
  readonly records: number;
  readonly fault?: FaultRule;
}

/** A request whose key and path are valid. */
export interface IncomingCall {
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly body: Exclude<Body, 'gone'>;
  /** Numbers in [0, 1) for this call alone. */
  readonly random: () => number;
}

/** A call that was parsed, ready to be executed. */
export interface ParsedCall {
  /** Number of records or ids. */
  readonly records: number;
  /** Executes the call, or applies the fault that matches it. */
  answer(): Handled;
}

/** Parses a request as a call. */
export function parseRequest(
  { route, query, body, random }: IncomingCall,
  service: Service,
  faults: Faults,
): ParsedCall {
  if (!Buffer.isBuffer(body)) return { records: 0, answer: () => withoutCall(unreadable[body]) };
  const call = parseCall(route, query, body);
  const ids = 'malformed' in call ? [] : idsOf(call);
  const records = 'malformed' in call ? 0 : countOf(call, ids);
  const run = (effect?: FaultEffect): ExecutedCall =>
    'malformed' in call ? { reply: call.malformed, applied: false } : execute(call, service, effect);

  const fault = faults.pick(
    {
      kind: kindOfRoute(route),
      ids,
      bytes: body.length,
      hasBadRecords: () => 'kind' in call && call.kind === 'upload' && hasBadRecords(call.records, service),
    },
    random,
  );
  return {
    records,
    answer: () =>
      fault === undefined
        ? { ...run(), delivery: { how: 'whole' }, ids, records }
        : { ...applyFault(fault, run, service.clock()), ids, records, fault },
  };
}

/** A reply to a request that was not parsed as a call. */
export function withoutCall(reply: Reply): Handled {
  return { reply, applied: false, delivery: { how: 'whole' }, ids: [], records: 0 };
}

const unreadable: Readonly<Record<Exclude<Body, Buffer | 'gone'>, Reply>> = {
  'too large': gatewayPage(413),
  'unknown coding': message(415, 'Content-Encoding must be gzip, deflate or br.'),
  corrupt: message(400, 'The body does not match its Content-Encoding.'),
};

function countOf(call: Call, ids: readonly string[]): number {
  return call.kind === 'upload' ? call.records.length : ids.length;
}

function hasBadRecords(records: readonly unknown[], { store }: Service): boolean {
  const { invalid, refused } = checkUpload(records, store.types);
  return invalid.length + refused.length > 0;
}
