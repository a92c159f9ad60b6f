/** The endpoint that a request is for. */
export type Route =
  | { readonly to: 'upload' }
  | { readonly to: 'read'; readonly id: string }
  | { readonly to: 'delete one'; readonly id: string }
  | { readonly to: 'delete many' }
  | { readonly to: 'ids' }
  | { readonly to: 'status'; readonly task: string }
  | { readonly to: 'interactions' };

/** The routes of one path, by method. */
export type Resource = ReadonlyMap<string, Route>;

/**
 * A request target in two parts. Nothing is decoded or normalized: an id may contain `/`, `?`, `#` and `%`.
 */
export interface Target {
  readonly path: string;
  /** Without the `?`. */
  readonly query: string;
}

/** Splits a raw request target. Drops scheme and host of the absolute form that proxies use. */
export function parseTarget(raw: string): Target {
  const target = raw.replace(/^https?:\/\/[^/?#]*/i, '');
  const mark = target.indexOf('?');
  return mark === -1
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** The target without the parameters that may contain a key, for the log. */
export function withoutKey({ path, query }: Target): string {
  const kept = query.split('&').filter((pair) => pair !== '' && !isKey(pair.split('=', 1)[0] ?? ''));
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`;
}

/**
 * The resource at a path; undefined for an unknown path, `unreadable` when its percent-encoding is malformed.
 */
export function resourceAt(path: string): Resource | undefined | 'unreadable' {
  if (path === '/v1/users') return new Map([['POST', { to: 'upload' }]]);
  if (path === '/v1/interactions') return new Map([['DELETE', { to: 'interactions' }]]);
  if (!path.startsWith('/v1/users/')) return undefined;
  const segments = path.slice('/v1/users/'.length).split('/').map(decode);
  const [first, second] = segments;
  if (segments.includes(undefined)) return 'unreadable';
  if (segments.length === 2 && first === '_status' && second)
    return new Map([['GET', { to: 'status', task: second }]]);
  if (segments.length !== 1 || !first) return undefined;
  if (first === '_ids') return new Map([['GET', { to: 'ids' }]]);
  if (first === '_delete') return new Map([['POST', { to: 'delete many' }]]);
  if (first.startsWith('_')) return undefined; // no id starts with _
  return new Map<string, Route>([
    ['GET', { to: 'read', id: first }],
    ['DELETE', { to: 'delete one', id: first }],
  ]);
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function isKey(name: string): boolean {
  return /^(?:x[-_])?api[-_]?key$/i.test(decode(name) ?? name);
}
