import { isObject, type JsonObject, parseJson } from '../../contract/json.ts';
/** One HTTP answer, before anybody judged it. */
export interface RawReply {
  readonly status: number;
  readonly body: string;
  /** The Retry-After header as it came. */
  readonly retryAfter?: string | undefined;
  /** The Location header of a redirect. */
  readonly location?: string | undefined;
}

/** What an answer means for the call. Source: the reply tables of docs/miso-api.md. */
export type Verdict =
  | { readonly kind: 'success'; readonly message: string; readonly data: unknown; readonly taskId?: string }
  /** 2xx with `errors`: the records named were not stored, the rest were. */
  | { readonly kind: 'partial'; readonly message: string; readonly lines: readonly string[] }
  /** Nothing of the call was stored, and sending it again unchanged cannot help. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly message: string;
      readonly lines: readonly string[];
    }
  | { readonly kind: 'too-large'; readonly status: number; readonly message: string }
  | { readonly kind: 'denied'; readonly status: number; readonly message: string }
  | { readonly kind: 'not-found'; readonly status: number; readonly message: string }
  /** May be tried again as it is. `throttled`: the server asked for fewer calls. */
  | {
      readonly kind: 'again';
      readonly status?: number;
      readonly message: string;
      readonly throttled: boolean;
      readonly retryAfter?: string;
    }
  /** Not an answer of Miso's: a redirect, a wrong address. */
  | { readonly kind: 'unexpected'; readonly status: number; readonly message: string };

/** Takes out of a text what must not be shown. */
export type Hide = (text: string) => string;

/**
 * Judges one answer. Never throws: whatever came is one of the kinds.
 * `hide` takes out of the server's words what must not be shown; the data of a success is left as it came.
 */
export function judge(reply: RawReply, hide: Hide = (text) => text): Verdict {
  const { status } = reply;
  const parsed = parseJson(reply.body);
  const body = isObject(parsed) ? parsed : undefined;
  const summary = messageOf(body);
  const message = summary === undefined ? (firstLine(reply.body, hide) ?? `HTTP ${status}`) : hide(summary);
  const lines = () => linesOf(body?.['data']).map(hide);

  if (status >= 200 && status < 300) {
    if (!body) return again(reply, noObject(reply.body, parsed, message), false);
    return judgeSuccess(body, summary === undefined ? '' : message, lines);
  }
  if (status === 401 || status === 403) return { kind: 'denied', status, message };
  if (status === 404) return { kind: 'not-found', status, message };
  if (status === 413) return { kind: 'too-large', status, message };
  if (status === 422) return { kind: 'refused', status, message, lines: lines() };
  if (status === 429) return again(reply, message, true);
  if (status === 408 || status === 425 || status >= 500)
    return again(reply, message, status === 503 && reply.retryAfter !== undefined);
  if (status === 400 && saysTimeout(reply.body, body)) return again(reply, message, false);
  if (status === 400 || status === 409) return { kind: 'refused', status, message, lines: lines() };
  if (status >= 300 && status < 400) {
    const target = hide(reply.location ?? 'another address');
    return { kind: 'unexpected', status, message: `the server redirects to ${target}` };
  }
  return { kind: 'unexpected', status, message };
}

function judgeSuccess(body: JsonObject, message: string, lines: () => readonly string[]): Verdict {
  const errors = body['errors'];
  if (errors !== undefined && errors !== false) return { kind: 'partial', message, lines: lines() };
  const data = body['data'];
  const taskId = taskIdOf(data);
  return { kind: 'success', message, data, ...(taskId === undefined ? {} : { taskId }) };
}

/** A gateway can answer 200 with nothing, or with its own page: only an object, as Miso sends it, proves anything. */
function noObject(text: string, parsed: unknown, message: string): string {
  if (text.trim() === '') return 'an empty body';
  if (parsed === undefined) return `a body that is not JSON: ${message}`;
  return `expected a JSON object, found ${Array.isArray(parsed) ? 'an array' : 'a single value'}: ${message}`;
}

/** Only the summary counts: an error line may speak of a user's own field with such a name. */
function saysTimeout(text: string, body: JsonObject | undefined): boolean {
  return /time\s*-?out/i.test(body ? (messageOf(body) ?? '') : text);
}

function again(reply: RawReply, message: string, throttled: boolean): Verdict {
  const retryAfter = reply.retryAfter === undefined ? {} : { retryAfter: reply.retryAfter };
  return { kind: 'again', status: reply.status, message, throttled, ...retryAfter };
}

/** The error lines of `data`: a list of strings, or the `errors` of a malformed body. */
export function linesOf(data: unknown): string[] {
  if (Array.isArray(data)) return data.map(asLine);
  if (isObject(data) && Array.isArray(data['errors'])) return data['errors'].map(asLine);
  if (typeof data === 'string' && data !== '') return [data];
  return [];
}

function asLine(entry: unknown): string {
  if (typeof entry === 'string') return entry;
  if (isObject(entry) && typeof entry['msg'] === 'string') {
    const loc = Array.isArray(entry['loc']) ? `${entry['loc'].join('.')}: ` : '';
    return `${loc}${entry['msg']}`;
  }
  return JSON.stringify(entry);
}

/** `{"task_id": …}`, or the same in a list of one. */
function taskIdOf(data: unknown): string | undefined {
  const holder: unknown = Array.isArray(data) ? data[0] : data;
  const id = isObject(holder) ? holder['task_id'] : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** Miso's published contract has one reply whose key is `message:`, colon included. */
function messageOf(body: JsonObject | undefined): string | undefined {
  const message = body?.['message'] ?? body?.['message:'];
  return typeof message === 'string' && message !== '' ? message : undefined;
}

const lineLimit = 160;

/** The first line with text in it, shortened: enough to recognise a gateway's page by. */
function firstLine(body: string, hide: Hide): string | undefined {
  const found = /\S[^\r\n]*/.exec(body)?.[0].trimEnd();
  if (found === undefined) return undefined;
  // Before the cut, which could leave a part of what is to be hidden.
  const line = hide(found);
  return line.length > lineLimit ? `${line.slice(0, lineLimit)}…` : line;
}
