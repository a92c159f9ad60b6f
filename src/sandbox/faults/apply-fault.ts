import type { ExecutedCall, FaultEffect } from '../endpoints.ts';
import type { Delivery } from '../http/deliver.ts';
import { defaultReply, gatewayPage, type Reply } from '../http/replies.ts';
import type { FaultRule, RetryAfter, StatusAction } from './fault-rules.ts';

/** A reply, and how it is delivered. */
export interface Answer extends ExecutedCall {
  readonly delivery: Delivery;
}

/** Applies a fault to a call. `execute` executes the call, unless the fault prevents it. */
export function applyFault(
  rule: FaultRule,
  execute: (effect?: FaultEffect) => ExecutedCall,
  now: number,
): Answer {
  const { action } = rule;
  switch (action.do) {
    case 'status':
    case 'poison':
    case 'html':
      return instead(replyOf(action, now));
    case 'status-after':
    case 'html-after':
      return { ...execute(), reply: replyOf(action, now), delivery: whole };
    case 'too-large':
      return instead(gatewayPage(413));
    case 'garbage':
      return instead(garbage);
    case 'garbage-after':
      return { ...execute(), reply: garbage, delivery: whole };
    case 'empty':
      return { ...execute(), reply: { status: 200, type: 'application/json', body: '' }, delivery: whole };
    case 'reset':
      return { ...instead(garbage), delivery: { how: 'reset' } };
    case 'reset-after':
      return { ...execute(), delivery: { how: 'reset' } };
    case 'stall':
      return { ...instead(gatewayPage(504)), delivery: stall(action.ms) };
    case 'stall-after':
      return { ...execute(), delivery: stall(action.ms) };
    case 'slow':
      return { ...execute(), delivery: { how: 'slow', ms: action.ms } };
    case 'truncate':
      return { ...execute(), delivery: { how: 'truncate' } };
    case 'vague':
    case 'reject':
    case 'older-shape':
    case 'task-errors':
    case 'queue':
    case 'delete-lists':
      return { ...execute({ action, ids: rule.ids ?? new Set() }), delivery: whole };
  }
}

const whole: Delivery = { how: 'whole' };
const garbage: Reply = { status: 200, type: 'application/json', body: '{"message": "succ\u0000\u0007 <<<' };

function instead(reply: Reply): Answer {
  return { reply, applied: false, delivery: whole };
}

function stall(ms: number | undefined): Delivery {
  return ms === undefined ? { how: 'stall' } : { how: 'stall', ms };
}

function replyOf(action: StatusAction, now: number): Reply {
  const reply = bodyOf(action);
  if (action.retryAfter === undefined) return reply;
  return { ...reply, headers: { 'Retry-After': retryAfterText(action.retryAfter, now) } };
}

function bodyOf({ do: name, status, body }: StatusAction): Reply {
  if (body !== undefined) {
    return { status, body, type: body.trimStart().startsWith('<') ? 'text/html' : 'application/json' };
  }
  return name === 'html' || name === 'html-after' ? gatewayPage(status) : defaultReply(status);
}

/** HTTP dates have whole seconds: rounded up, so that the wait is never too short. */
function retryAfterText({ seconds, as }: RetryAfter, now: number): string {
  if (as === 'seconds') return String(seconds);
  return new Date(Math.ceil(now / 1000 + seconds) * 1000).toUTCString();
}
