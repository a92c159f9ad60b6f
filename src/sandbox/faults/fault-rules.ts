import type { CallKind } from '../calls.ts';
import type { LoadOptions } from '../load/server-load.ts';
import type { TaskDelays } from '../store/tasks.ts';

/** When a client may retry: in whole seconds, sent as a number or as an HTTP date. */
export interface RetryAfter {
  readonly seconds: number;
  readonly as: 'seconds' | 'http-date';
}

/** A reply with a given status. */
export interface StatusAction {
  readonly do: 'status' | 'status-after' | 'poison' | 'html' | 'html-after';
  readonly status: number;
  readonly retryAfter?: RetryAfter;
  /** Sent as is. Default: the reply of Miso (for `html`, of a gateway) with that status. */
  readonly body?: string;
}

/** Records that are refused although they are valid. */
export interface RefuseAction {
  readonly do: 'reject' | 'task-errors';
  /** `reject`: 422 stores no record of the call, 200 stores the others. */
  readonly status: 200 | 422;
  /** The error line of such a record; `{index}` and `{id}` are replaced. */
  readonly line: string;
  /** `task-errors`: milliseconds until the task fails. */
  readonly ms?: number;
}

/** The reply to a delete of many users that says which of them existed. */
export interface DeleteListsAction {
  readonly do: 'delete-lists';
  readonly show: 'both' | 'lists' | 'counts' | 'not-found';
}

/** What a rule does to a call. "After": the call takes effect, but its reply fails. */
export type FaultAction =
  | StatusAction
  | RefuseAction
  | DeleteListsAction
  | { readonly do: 'reset' | 'reset-after' | 'garbage' | 'garbage-after' | 'empty' | 'truncate' }
  | { readonly do: 'vague' | 'older-shape' }
  /** Without `ms`: until the client disconnects. */
  | { readonly do: 'stall' | 'stall-after'; readonly ms?: number }
  /** Without `ms`: the call never takes effect. `overtaken`: later calls do not wait for it. */
  | { readonly do: 'queue'; readonly ms?: number; readonly overtaken?: boolean }
  | { readonly do: 'slow'; readonly ms: number }
  | { readonly do: 'too-large'; readonly bytes: number };

/** Which calls a rule applies to, how often, and what it does. */
export interface FaultRule {
  readonly on: CallKind | 'any';
  readonly action: FaultAction;
  /** Only calls that carry one of these ids. */
  readonly ids?: ReadonlySet<string>;
  /** 0 to 1. */
  readonly probability?: number;
  /** Every n-th matching call. */
  readonly every?: number;
  /** Only the first n matching calls. */
  readonly first?: number;
  /** Not the first n matching calls. */
  readonly after?: number;
  /** At most n times. */
  readonly times?: number;
}

/** The behavior of a server under load, and its faults. The first rule that matches a call wins. */
export interface FaultPlan extends LoadOptions {
  readonly seed?: number;
  /** `ids`: milliseconds by which `_ids` lags behind. */
  readonly delays?: TaskDelays & { readonly ids?: number };
  readonly faults: readonly FaultRule[];
}

/** What the rules need to know about a call. */
export interface FaultSubject {
  readonly kind: CallKind;
  readonly ids: readonly string[];
  /** Length of the body, decompressed. */
  readonly bytes: number;
  /** Whether a record of the call would be refused. */
  hasBadRecords(): boolean;
}

/** The kinds of call for the actions that do not apply to all of them. */
export const actionKinds: ReadonlyMap<FaultAction['do'], readonly CallKind[]> = new Map([
  ['vague', ['upload']],
  ['reject', ['upload']],
  ['older-shape', ['upload', 'delete']],
  ['task-errors', ['upload', 'delete']],
  ['queue', ['upload', 'delete']],
  ['delete-lists', ['delete']],
]);

/** Picks the rule for each call and counts how often each matched. */
export class Faults {
  readonly #rules: readonly { readonly rule: FaultRule; matched: number; fired: number }[];

  constructor(rules: readonly FaultRule[]) {
    this.#rules = rules.map((rule) => ({ rule, matched: 0, fired: 0 }));
  }

  /** The first rule that matches. `random`: numbers in [0, 1) for this call alone. */
  pick(subject: FaultSubject, random: () => number): FaultRule | undefined {
    for (const counted of this.#rules) {
      if (!matches(counted.rule, subject)) continue;
      counted.matched += 1;
      if (!isDue(counted.rule, counted, random)) continue;
      counted.fired += 1;
      return counted.rule;
    }
    return undefined;
  }
}

function matches(rule: FaultRule, subject: FaultSubject): boolean {
  const { action, ids } = rule;
  if (rule.on !== 'any' && rule.on !== subject.kind) return false;
  if (actionKinds.get(action.do)?.includes(subject.kind) === false) return false;
  if (action.do === 'too-large' && subject.bytes <= action.bytes) return false;
  const carriesOne = ids !== undefined && subject.ids.some((id) => ids.has(id));
  if (action.do === 'vague') return carriesOne || subject.hasBadRecords();
  return ids === undefined || carriesOne;
}

function isDue(
  rule: FaultRule,
  { matched, fired }: { matched: number; fired: number },
  random: () => number,
): boolean {
  const turn = matched - (rule.after ?? 0);
  if (turn <= 0) return false;
  if (rule.first !== undefined && turn > rule.first) return false;
  if (rule.every !== undefined && turn % rule.every !== 0) return false;
  if (rule.times !== undefined && fired >= rule.times) return false;
  return rule.probability === undefined || random() < rule.probability;
}
