import type { CallKind } from '../calls.ts';

/** When a client may come back after a fault: in whole seconds, as a number or as an HTTP date that far ahead. */
export interface RetryAfter {
  readonly seconds: number;
  readonly as: 'seconds' | 'http-date';
}

/** An answer of a given status. */
export interface AnswerWith {
  readonly do: 'status' | 'status-after' | 'poison' | 'html' | 'html-after';
  readonly status: number;
  readonly retryAfter?: RetryAfter;
  /** Text as it is sent; absent: what Miso, or for `html` a gateway, answers with that status. */
  readonly body?: string;
}

/** Records that are refused although nothing is wrong with them. */
export interface RefuseRecords {
  readonly do: 'reject' | 'task-errors';
  /** `reject`: 422 stores nothing of the call, 200 the other records. */
  readonly status: 200 | 422;
  /** The line for such a record, with `{index}` and `{id}` filled in. */
  readonly line: string;
}

/** What happens to a call that a rule picks. "After" means that the call did its work before the answer went wrong. */
export type FaultAction =
  | AnswerWith
  | RefuseRecords
  | { readonly do: 'reset' | 'reset-after' | 'garbage' | 'garbage-after' | 'empty' | 'truncate' }
  | { readonly do: 'vague' | 'older-shape' }
  /** Absent `ms`: until the client goes away. */
  | { readonly do: 'stall' | 'stall-after'; readonly ms?: number }
  | { readonly do: 'slow'; readonly ms: number }
  | { readonly do: 'too-large'; readonly bytes: number };

/** One rule of a fault plan: which calls, how often, and what happens to them. */
export interface FaultRule {
  readonly on: CallKind | 'any';
  readonly action: FaultAction;
  /** Only calls that carry one of these ids. */
  readonly ids?: ReadonlySet<string>;
  /** 0 to 1. */
  readonly probability?: number;
  /** The n-th, 2n-th, … of the matching calls. */
  readonly every?: number;
  /** Only the first n of the matching calls. */
  readonly first?: number;
  /** The first n matching calls are let through. */
  readonly after?: number;
  /** At most this often. */
  readonly times?: number;
}

/** What a sandbox is to get wrong. The first rule that matches a call wins. */
export interface FaultPlan {
  readonly seed?: number;
  readonly faults: readonly FaultRule[];
}

/** What the rules look at in a call. */
export interface FaultSubject {
  readonly kind: CallKind;
  readonly ids: readonly string[];
  /** Length of the body, decompressed. */
  readonly bytes: number;
  /** Whether a record of the call would be refused. */
  hasBadRecords(): boolean;
}

/** The kinds of call that an action can happen to, where it is not all of them. */
export const actionKinds: ReadonlyMap<FaultAction['do'], readonly CallKind[]> = new Map([
  ['vague', ['upload']],
  ['reject', ['upload']],
  ['older-shape', ['upload', 'delete']],
  ['task-errors', ['upload', 'delete']],
]);

/** Picks the rule for each call and keeps count. */
export class Faults {
  readonly #rules: readonly { readonly rule: FaultRule; matched: number; fired: number }[];

  constructor(rules: readonly FaultRule[]) {
    this.#rules = rules.map((rule) => ({ rule, matched: 0, fired: 0 }));
  }

  /** The first rule that matches; `draw` gives numbers in [0, 1) that belong to this call alone. */
  pick(subject: FaultSubject, draw: () => number): FaultRule | undefined {
    for (const counted of this.#rules) {
      if (!concerns(counted.rule, subject)) continue;
      counted.matched += 1;
      if (!isDue(counted.rule, counted, draw)) continue;
      counted.fired += 1;
      return counted.rule;
    }
    return undefined;
  }
}

function concerns(rule: FaultRule, subject: FaultSubject): boolean {
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
  draw: () => number,
): boolean {
  const turn = matched - (rule.after ?? 0);
  if (turn <= 0) return false;
  if (rule.first !== undefined && turn > rule.first) return false;
  if (rule.every !== undefined && turn % rule.every !== 0) return false;
  if (rule.times !== undefined && fired >= rule.times) return false;
  return rule.probability === undefined || draw() < rule.probability;
}
