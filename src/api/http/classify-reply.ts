import { isObject, type JsonObject, parseJson } from '../../contract/json.ts';
import { noRedaction, type Redact } from '../../redact.ts';
import { errorLines } from './error-lines.ts';
import { parseRetryAfter } from './retry-after.ts';

/** One HTTP reply. */
export interface RawReply {
  readonly status: number;
  readonly body: string;
  /** The headers with these names. */
  readonly retryAfter?: string | undefined;
  readonly location?: string | undefined;
  readonly date?: string | undefined;
}

/** What a reply means for the call. Source: the reply tables of docs/miso-api.md. */
export type Verdict =
  | { readonly kind: 'success'; readonly message: string; readonly data: unknown; readonly taskId?: string }
  /** 2xx with `errors`: the records named were not stored, the rest were. */
  | { readonly kind: 'partial'; readonly message: string; readonly lines: readonly string[] }
  /** Nothing of the call was stored, and repeating it unchanged cannot help. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly message: string;
      readonly lines: readonly string[];
    }
  | { readonly kind: 'too-large'; readonly status: number; readonly message: string }
  | { readonly kind: 'denied'; readonly status: number; readonly message: string }
  | { readonly kind: 'not-found'; readonly status: number; readonly message: string }
  /** May succeed later without changes. */
  | {
      readonly kind: 'retry';
      /** Absent if there was no reply. */
      readonly status?: number;
      readonly message: string;
      /** The server asks for fewer requests: all calls should wait. */
      readonly throttled: boolean;
      /** The server is overloaded: fewer concurrent requests may help. */
      readonly overloaded: boolean;
      readonly retryAfterMs?: number;
    }
  /** Not a reply that Miso gives: a redirect, a gateway's 404, a wrong address. */
  | { readonly kind: 'unexpected'; readonly status: number; readonly message: string };

export interface ClassifyOptions {
  /** Applied to all text from the server except the data of a success. */
  readonly redact?: Redact;
  /** Wall clock, for a Retry-After date in a reply without a Date header. */
  readonly now?: number;
  /** Longest pause that Retry-After may ask for. */
  readonly maxWaitMs?: number | undefined;
}

/** Classifies one reply. Never throws: every reply has a verdict. */
export function classifyReply(reply: RawReply, options: ClassifyOptions = {}): Verdict {
  const { redact = noRedaction } = options;
  const { status } = reply;
  const parsed = parseJson(reply.body);
  const body = isObject(parsed) ? parsed : undefined;
  const summary = messageOf(body);
  const message =
    summary === undefined ? (firstLine(reply.body, redact) ?? `HTTP ${status}`) : redact(summary);
  const lines = () => errorLines(body).map(redact);
  const retry = (reason: string, load: ServerLoad = {}): Verdict => ({
    kind: 'retry',
    status,
    message: reason,
    throttled: load.throttled ?? false,
    overloaded: load.overloaded ?? load.throttled ?? false,
    ...waitOf(reply, options),
  });

  if (status >= 200 && status < 300) {
    if (!body) return retry(invalidSuccess(reply.body, parsed, message));
    return classifySuccess(body, summary === undefined ? '' : message, lines);
  }
  switch (status) {
    case 401:
    case 403:
      return { kind: 'denied', status, message };
    case 404:
      return isMisoNotFound(body)
        ? { kind: 'not-found', status, message }
        : { kind: 'unexpected', status, message: `not a reply of Miso: ${message}` };
    case 413:
      return { kind: 'too-large', status, message };
    case 422:
      return { kind: 'refused', status, message, lines: lines() };
    case 429:
      return retry(message, { throttled: true });
    case 400:
      if (saysTimeout(reply.body, body)) return retry(message);
      return { kind: 'refused', status, message, lines: lines() };
    case 409:
      return { kind: 'refused', status, message, lines: lines() };
    case 408:
    case 425:
      return retry(message);
  }
  if (status >= 500) {
    const overloaded = status === 503 || status === 504;
    return retry(message, { overloaded });
  }
  if (status >= 300 && status < 400) {
    const target = redact(reply.location ?? 'another address');
    return { kind: 'unexpected', status, message: `the server redirects to ${target}` };
  }
  return { kind: 'unexpected', status, message };
}

function classifySuccess(body: JsonObject, message: string, lines: () => readonly string[]): Verdict {
  const errors = body['errors'];
  if (errors !== undefined && errors !== false) return { kind: 'partial', message, lines: lines() };
  const data = body['data'];
  const taskId = taskIdOf(data);
  return { kind: 'success', message, data, ...(taskId === undefined ? {} : { taskId }) };
}

interface ServerLoad {
  readonly throttled?: boolean;
  readonly overloaded?: boolean;
}

/** A date is compared with the server's own clock, because the clock of this machine may be hours off. */
function waitOf(
  { retryAfter, date = '' }: RawReply,
  { now, maxWaitMs }: ClassifyOptions,
): { retryAfterMs?: number } {
  const serverTime = Date.parse(date);
  const asked = parseRetryAfter(retryAfter, Number.isNaN(serverTime) ? (now ?? Date.now()) : serverTime);
  return asked === undefined ? {} : { retryAfterMs: Math.min(asked, maxWaitMs ?? asked) };
}

const misoKeys: ReadonlySet<string> = new Set(['message', 'errors', 'data', 'took', 'code']);
/** Messages of gateways for an unknown address. */
const unknownRoute = /\broutes?\b|\bcannot (?:get|post|delete)\b|\bpath\b|\burl\b/i;

/**
 * Miso's own 404 is `{"message":"not found"}`. The page of a gateway, or the JSON of another server at a
 * wrong address, does not prove that a user does not exist.
 */
function isMisoNotFound(body: JsonObject | undefined): boolean {
  const message = body?.['message'];
  if (body === undefined || typeof message !== 'string' || message === '') return false;
  return Object.keys(body).every((key) => misoKeys.has(key)) && !unknownRoute.test(message);
}

/** A gateway can reply 200 with an empty body or its own page. Only an object proves that Miso replied. */
function invalidSuccess(text: string, parsed: unknown, message: string): string {
  if (text.trim() === '') return 'an empty body';
  if (parsed === undefined) return `a body that is not JSON: ${message}`;
  return `expected a JSON object, found ${Array.isArray(parsed) ? 'an array' : 'a single value'}: ${message}`;
}

/** Only the summary is checked, because an error line may be about a user's own field of that name. */
function saysTimeout(text: string, body: JsonObject | undefined): boolean {
  return /time\s*-?out/i.test(body ? (messageOf(body) ?? '') : text);
}

/** `{"task_id": …}`, or the same in a list of one. */
function taskIdOf(data: unknown): string | undefined {
  const holder: unknown = Array.isArray(data) ? data[0] : data;
  const id = isObject(holder) ? holder['task_id'] : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** In Miso's published contract, one reply has the key `message:`, including the colon. */
function messageOf(body: JsonObject | undefined): string | undefined {
  const message = body?.['message'] ?? body?.['message:'];
  return typeof message === 'string' && message !== '' ? message : undefined;
}

const maxLineLength = 160;

/** The first line with text, shortened: enough to recognize a gateway's page. */
function firstLine(body: string, redact: Redact): string | undefined {
  const found = /\S[^\r\n]*/.exec(body)?.[0].trimEnd();
  if (found === undefined) return undefined;
  // Redacted before shortening, which could leave a part of the key.
  const line = redact(found);
  return line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line;
}
