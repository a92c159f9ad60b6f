import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';

/** Where to connect to. */
export interface Address {
  /** An IPv6 address has no brackets. */
  readonly host: string;
  readonly port: number;
}

export function addressOf({ hostname, port, protocol }: URL): Address {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (protocol === 'https:' ? 443 : 80)) };
}

/** `host:port`, as CONNECT and messages need it. */
export function hostAndPort({ host, port }: Address): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** The name to verify a certificate against. TLS has none for an IP address. */
export function serverNameOf(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

/** The CA certificates of Node, and an additional one in PEM. Undefined for those of Node only. */
export function authorities(ca: string | undefined): string[] | undefined {
  return ca === undefined ? undefined : [...rootCertificates, ca];
}
