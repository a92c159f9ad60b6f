import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { isLoopback } from '../../contract/server.ts';
import { message, type Reply } from './replies.ts';

/**
 * Refuses requests from web pages in a browser on this machine: under a host name that the page's owner
 * pointed at this address (DNS rebinding), and from another site. The sandbox may contain real users.
 */
export class BrowserGuard {
  readonly #ownName: string;
  readonly #isPublic: boolean;

  /** `host`: what the sandbox listens on, as in a URL. */
  constructor(host: string) {
    this.#ownName = host.toLowerCase();
    this.#isPublic = !isLoopback(host);
  }

  /** The reply to a request that must not be answered; undefined for all others. */
  refuse({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): Reply | undefined {
    if (host !== undefined && !this.#isOwnName(host)) {
      return message(421, 'The sandbox does not answer under this host name. Use its IP address.');
    }
    const isForeign =
      (origin !== undefined && origin !== `http://${host}`) ||
      (site !== undefined && site !== 'same-origin' && site !== 'none');
    return isForeign ? message(403, 'The sandbox does not answer requests from web pages.') : undefined;
  }

  #isOwnName(host: string): boolean {
    const name = host.toLowerCase().replace(/:\d*$/, '');
    if (name === this.#ownName || isLoopback(name)) return true;
    // On a network the sandbox does not know all its names. A page under a foreign name needs a domain, so an
    // IP address is safe, and so is a name without a dot, such as that of a container.
    return this.#isPublic && (isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0 || !name.includes('.'));
  }
}
