import { type Call, idsOf, kindOfRoute, parseCall } from '../calls.ts';
import { execute, type FaultEffect, type Outcome, type Service } from '../endpoints.ts';
import { type Answer, applyFault } from '../faults/apply-fault.ts';
import type { FaultRule, Faults } from '../faults/fault-rules.ts';
import { inspect } from '../upload-check.ts';
import type { Body } from './body.ts';
import { gatewayPage, message, type Reply } from './replies.ts';
import type { Route } from './routes.ts';

/** An answer, with what the log wants to know about the call. */
export interface Handled extends Answer {
  readonly ids: readonly string[];
  readonly records: number;
  readonly fault?: FaultRule;
}

/** A request whose key and path are right. */
export interface Arrival {
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly body: Exclude<Body, 'gone'>;
  /** Numbers in [0, 1) that belong to this call alone. */
  readonly draw: () => number;
}

/** Reads a request as a call and answers it, or lets a fault have it. */
export function handle(arrival: Arrival, service: Service, faults: Faults): Handled {
  const { route, query, body, draw } = arrival;
  if (!Buffer.isBuffer(body)) return plain(unreadable[body]);
  const call = parseCall(route, query, body);
  const ids = 'malformed' in call ? [] : idsOf(call);
  const records = 'malformed' in call ? 0 : countOf(call, ids);
  const work = (effect?: FaultEffect): Outcome =>
    'malformed' in call ? { reply: call.malformed, applied: false } : execute(call, service, effect);

  const subject = {
    kind: kindOfRoute(route),
    ids,
    bytes: body.length,
    hasBadRecords: () => 'kind' in call && call.kind === 'upload' && hasBadRecords(call.records, service),
  };
  const fault = faults.pick(subject, draw);
  if (fault === undefined) return { ...work(), delivery: { how: 'whole' }, ids, records };
  return { ...applyFault(fault, work, service.clock()), ids, records, fault };
}

/** An answer that says nothing about any record. */
export function plain(reply: Reply): Handled {
  return { reply, applied: false, delivery: { how: 'whole' }, ids: [], records: 0 };
}

const unreadable: Readonly<Record<Exclude<Body, Buffer | 'gone'>, Reply>> = {
  'too large': gatewayPage(413),
  'unknown coding': message(415, 'Content-Encoding must be gzip, deflate or br.'),
  corrupt: message(400, 'The body does not decompress as its Content-Encoding says.'),
};

function countOf(call: Call, ids: readonly string[]): number {
  return call.kind === 'upload' ? call.records.length : ids.length;
}

function hasBadRecords(records: readonly unknown[], { store }: Service): boolean {
  const { invalid, refused } = inspect(records, store.types);
  return invalid.length + refused.length > 0;
}
