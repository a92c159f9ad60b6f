/** Variables that may name a proxy for an https address. */
const variables = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];

/** The proxy on the way to a server by HTTPS_PROXY and NO_PROXY. A server on this machine is never asked for through one. */
export async function proxyFor(
  server: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (new URL(server).protocol === 'http:' || !variables.some((name) => env[name])) return undefined;
  const { getProxyForUrl } = await import('proxy-from-env');
  return getProxyForUrl(server) || undefined;
}
