import { isLoopback } from '../../contract/server.ts';
import { bad, good, type Judged, type Rule, show } from './rule.ts';

/** The address of Miso, without a slash at its end: https, or http to this machine. */
export const server: Rule<string> = {
  expected: 'an https:// address, or an http:// one of this machine',
  read(value) {
    if (typeof value !== 'string' || value === '') {
      return bad(`expected ${server.expected}, found ${show(value)}`);
    }
    return judge(value.trim());
  },
};

function judge(written: string): Judged<string> {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(written)) return withoutScheme(written);
  const url = URL.canParse(written) ? new URL(written) : undefined;
  // The address is not repeated in the next three messages: it may hold a password or a key.
  if (url === undefined) return bad('this is not an address that can be understood; expected https://HOST');
  if (url.username !== '' || url.password !== '') {
    return bad('an address with a user name or password in it is not allowed; the key travels in a header');
  }
  if (/[?#]/.test(written)) {
    return bad('an address with a query (?) or fragment (#) is not allowed; use params for parameters');
  }
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (secure) return good(url.origin + url.pathname.replace(/\/+$/, ''));
  if (url.protocol !== 'http:') return bad(`expected ${server.expected}, found ${show(written)}`);
  return bad(
    `http:// to another machine would show the key to the network, found ${show(written)}; ` +
      `write https://${url.host}${url.pathname.replace(/\/+$/, '')}`,
  );
}

function withoutScheme(written: string): Judged<string> {
  const rest = written.replace(/^(https?:)?\/*/i, '');
  const guess = URL.canParse(`https://${rest}`) ? new URL(`https://${rest}`) : undefined;
  if (guess === undefined || rest.includes('@') || /[?#]/.test(rest)) {
    return bad('this address does not begin with https://; expected https://HOST');
  }
  const scheme = isLoopback(guess.hostname) ? 'http' : 'https';
  return bad(
    `expected an address that begins with https://, found ${show(written)}; did you mean ${scheme}://${rest}?`,
  );
}
