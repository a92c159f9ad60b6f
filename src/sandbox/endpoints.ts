import type { Call } from './calls.ts';
import type { DeleteListsAction, RefuseAction } from './faults/fault-rules.ts';
import { defaultReply, json, message, nothingInserted, type Reply } from './http/replies.ts';
import type { Store } from './store/store.ts';
import type { Tasks, Timing } from './store/tasks.ts';
import { checkUpload, type Refuse } from './upload-check.ts';

/** The dependencies of the endpoints. */
export interface Service {
  readonly store: Store;
  readonly tasks: Tasks;
  /** Milliseconds. */
  readonly clock: () => number;
}

/** A call that was executed. */
export interface ExecutedCall {
  readonly reply: Reply;
  /** Whether the call took effect, at least in part. */
  readonly applied: boolean;
}

/** A fault that changes what a call does, not how its reply is delivered. */
export interface FaultEffect {
  readonly action:
    | RefuseAction
    | DeleteListsAction
    | { readonly do: 'vague' | 'older-shape' }
    | { readonly do: 'queue'; readonly ms?: number; readonly overtaken?: boolean };
  readonly ids: ReadonlySet<string>;
}

/** Executes a call and returns its reply. */
export function execute(call: Call, service: Service, effect?: FaultEffect): ExecutedCall {
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
      return store.exists ? done(success({ ids: store.listedIds() })) : notFound();
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
): ExecutedCall {
  const { invalid, refused, accepted, learned } = checkUpload(call.records, store.types, refusalOf(effect));
  const lines = [...invalid, ...refused];
  const action = effect?.action;
  if (action?.do === 'vague' && lines.length > 0)
    return failed(nothingInserted(['A record of this call is invalid.']));

  const allRefused = action?.do === 'reject' && action.status === 422 && lines.length > 0;
  const stores = invalid.length === 0 && !allRefused && !call.dryRun;
  const now = clock();
  let doneAt = now;
  if (stores) {
    store.learn(learned); // immediately, so that the next call is checked against these types
    doneAt = tasks.schedule(now, () => store.put(accepted), timingOf(effect));
  }
  if (call.queued || action?.do === 'task-errors') {
    return { reply: success({ task_id: tasks.add(now, { doneAt, lines }) }), applied: stores };
  }
  if (invalid.length > 0 || allRefused) return failed(nothingInserted(lines));
  if (lines.length > 0) return { reply: json(200, { errors: true, data: lines }), applied: stores };
  if (action?.do === 'older-shape')
    return { reply: json(200, { took: 5, errors: false, data: [] }), applied: stores };
  return { reply: success({ task_id: tasks.add(now, { doneAt }) }), applied: stores };
}

function remove(
  call: Extract<Call, { kind: 'delete' }>,
  { store, tasks, clock }: Service,
  effect?: FaultEffect,
): ExecutedCall {
  if (call.one && !call.ids.some((id) => store.has(id))) return notFound();
  const lines: string[] = [];
  const refuse = refusalOf(effect);
  const ids = call.ids.filter((id, index) => {
    const line = refuse(id, index);
    if (line !== undefined) lines.push(line);
    return line === undefined;
  });
  const action = effect?.action;
  const lists = action?.do === 'delete-lists' && !call.one ? deleteLists(action, call.ids, store) : undefined;
  const now = clock();
  const doneAt = tasks.schedule(now, () => void store.delete(ids), timingOf(effect));
  const task = { task_id: tasks.add(now, { doneAt, lines }) };
  const data = lists ?? (action?.do === 'older-shape' ? [task] : task);
  return done(json(200, { message: 'deleted', data }));
}

function deleteLists({ show }: DeleteListsAction, ids: readonly string[], store: Store): object {
  const shown = (list: readonly string[]) => ({
    ...(show === 'lists' ? {} : { count: list.length }),
    ...(show === 'counts' ? {} : { list }),
  });
  const deleted = shown(ids.filter((id) => store.has(id)));
  const notFound = shown(ids.filter((id) => !store.has(id)));
  return show === 'not-found' ? { not_found: notFound } : { deleted, not_found: notFound };
}

/** When a call takes effect. */
function timingOf(effect: FaultEffect | undefined): Timing {
  const action = effect?.action;
  if (action?.do === 'queue')
    return { delay: action.ms ?? Number.POSITIVE_INFINITY, isOvertaken: action.overtaken ?? false };
  return action?.do === 'task-errors' && action.ms !== undefined ? { delay: action.ms } : {};
}

function refusalOf(effect: FaultEffect | undefined): Refuse {
  if (effect === undefined) return () => undefined;
  const { action, ids } = effect;
  const template = 'line' in action ? action.line : action.do === 'vague' ? 'refused' : undefined;
  if (template === undefined) return () => undefined;
  return (id, index) => {
    if (!ids.has(id)) return undefined;
    return template.replace(/\{(index|id)\}/g, (_: string, name: string) =>
      name === 'id' ? id : String(index),
    );
  };
}

/** The reply when the data file can no longer be written: nothing may be reported as stored. */
function storeFailure(store: Store): ExecutedCall | undefined {
  return store.failure === undefined ? undefined : failed(message(500, store.failure.message));
}

function success(data: unknown): Reply {
  return json(200, { message: 'success', data });
}

function notFound(): ExecutedCall {
  return failed(defaultReply(404));
}

function done(reply: Reply): ExecutedCall {
  return { reply, applied: true };
}

function failed(reply: Reply): ExecutedCall {
  return { reply, applied: false };
}
