import { UsageError } from '../../errors.ts';

/** Variables that name the proxy for an https address, in the order in which they apply. */
const variables = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The URL of the proxy to a server, by HTTPS_PROXY, ALL_PROXY and NO_PROXY. Plain http, which is for servers
 * on this machine only, never uses one. Throws UsageError for a malformed address, without repeating it.
 */
export function proxyFor(server: string, env: Environment): string | undefined {
  const { protocol, hostname, port } = new URL(server);
  const name = variables.find((variable) => env[variable]);
  if (protocol === 'http:' || name === undefined) return undefined;
  const excluded = env['no_proxy'] || env['NO_PROXY'] || '';
  if (isExcluded({ hostname, port: port || '443' }, excluded)) return undefined;
  return parseProxy(env[name] ?? '', name);
}

/**
 * The URL of a proxy; `host:port` means http. `source`: the variable or option that contains it, for errors.
 */
export function parseProxy(value: string, source: string): string {
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === '' || !isDecodable(url)) {
    throw new UsageError(`${source} is not a valid proxy address.`, {
      hint: 'Expected http://host:port or http://name:password@host:port, with special characters percent-encoded.',
    });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UsageError(`${source}: ${url.protocol.slice(0, -1)} proxies are not supported.`, {
      hint: 'Expected an http or https proxy. NO_PROXY lists hosts to connect to directly.',
    });
  }
  return url.href;
}

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(`${username}${password}`);
    return true;
  } catch {
    return false;
  }
}

/** Whether NO_PROXY lists a host: `*`, `host`, `.domain` or `*.domain`, each with an optional port. */
function isExcluded({ hostname, port }: { hostname: string; port: string }, list: string): boolean {
  const host = hostname.toLowerCase();
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      const [, pattern = '', entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (pattern === '' || (entryPort !== undefined && entryPort !== port)) return false;
      const domain = pattern.replace(/^\*?\./, '');
      return pattern === '*' || host === domain || host.endsWith(`.${domain}`);
    });
}
