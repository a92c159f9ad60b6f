import type { Call } from './calls.ts';
import type { RefuseRecords } from './faults/fault-rules.ts';
import { defaultReply, json, message, nothingInserted, type Reply } from './http/replies.ts';
import type { Store } from './store/store.ts';
import type { Tasks } from './store/tasks.ts';
import { inspect, type Refuse } from './upload-check.ts';

/** What the endpoints work on. */
export interface Service {
  readonly store: Store;
  readonly tasks: Tasks;
  /** Milliseconds. */
  readonly clock: () => number;
}

/** A call that was carried out. */
export interface Outcome {
  readonly reply: Reply;
  /** Whether the call did what it asked for, at least in part. */
  readonly applied: boolean;
}

/** A fault that changes what a call does, rather than how its answer arrives. */
export interface FaultEffect {
  readonly action: RefuseRecords | { readonly do: 'vague' | 'older-shape' };
  readonly ids: ReadonlySet<string>;
}

/** Carries out a call and answers it. */
export function execute(call: Call, service: Service, effect?: FaultEffect): Outcome {
  const { store, tasks } = service;
  switch (call.kind) {
    case 'upload':
      return storeFailure(store) ?? upload(call, service, effect);
    case 'delete':
      return storeFailure(store) ?? remove(call, service, effect);
    case 'read': {
      const user = store.json(call.id);
      if (user === undefined) return notFound();
      return done({ status: 200, type: 'application/json', body: `{"message":"success","data":${user}}` });
    }
    case 'ids':
      return store.exists ? done(success({ ids: store.ids() })) : notFound();
    case 'status': {
      const status = tasks.status(call.task, service.clock());
      return status === undefined ? notFound() : done(json(200, status));
    }
    case 'interactions':
      return done(message(200, 'success'));
  }
}

function upload(
  call: Extract<Call, { kind: 'upload' }>,
  { store, tasks, clock }: Service,
  effect?: FaultEffect,
): Outcome {
  const found = inspect(call.records, store.types, refusalOf(effect));
  const lines = [...found.invalid, ...found.refused];
  const action = effect?.action;
  if (action?.do === 'vague' && lines.length > 0)
    return failed(nothingInserted(['A record of this call is invalid.']));

  const allRefused = action?.do === 'reject' && action.status === 422 && lines.length > 0;
  const stores = found.invalid.length === 0 && !allRefused && !call.dryRun;
  if (stores) store.put(found.accepted, found.learned);
  const queued = call.queued || action?.do === 'task-errors';
  if (queued) return { reply: success({ task_id: tasks.add(clock(), lines) }), applied: stores };
  if (found.invalid.length > 0 || allRefused) return failed(nothingInserted(lines));
  if (lines.length > 0) return { reply: json(200, { errors: true, data: lines }), applied: stores };
  if (action?.do === 'older-shape')
    return { reply: json(200, { took: 5, errors: false, data: [] }), applied: stores };
  return { reply: success({ task_id: tasks.add(clock()) }), applied: stores };
}

function remove(
  call: Extract<Call, { kind: 'delete' }>,
  { store, tasks, clock }: Service,
  effect?: FaultEffect,
): Outcome {
  if (call.one && !call.ids.some((id) => store.has(id))) return notFound();
  const lines: string[] = [];
  const refuse = refusalOf(effect);
  const wanted = call.ids.filter((id, index) => {
    const line = refuse(id, index);
    if (line !== undefined) lines.push(line);
    return line === undefined;
  });
  store.delete(wanted);
  const task = { task_id: tasks.add(clock(), lines) };
  return done(json(200, { message: 'deleted', data: effect?.action.do === 'older-shape' ? [task] : task }));
}

function refusalOf(effect: FaultEffect | undefined): Refuse {
  if (effect === undefined) return () => undefined;
  const { action, ids } = effect;
  const template = 'line' in action ? action.line : 'unwanted';
  return (id, index) => {
    if (!ids.has(id)) return undefined;
    return template.replace(/\{(index|id)\}/g, (_: string, name: string) =>
      name === 'id' ? id : String(index),
    );
  };
}

/** A store that cannot keep what it is given must not say that it did. */
function storeFailure(store: Store): Outcome | undefined {
  return store.failure === undefined ? undefined : failed(message(500, store.failure.message));
}

function success(data: unknown): Reply {
  return json(200, { message: 'success', data });
}

function notFound(): Outcome {
  return failed(defaultReply(404));
}

function done(reply: Reply): Outcome {
  return { reply, applied: true };
}

function failed(reply: Reply): Outcome {
  return { reply, applied: false };
}
