import { isLoopback } from '../../contract/server.ts';
import { looksSecret } from '../../redact.ts';
import { describeValue, invalid, type Rule, type RuleResult, unexpected, valid } from './rule.ts';

/** The API server, without a trailing slash: https, or http to a loopback address. */
export const server: Rule<string> = {
  expected: 'an https:// URL, or http:// to this machine',
  schema: { type: 'string', pattern: '^[hH][tT][tT][pP][sS]?://' },
  read(value) {
    if (typeof value !== 'string' || value === '') {
      return unexpected(server.expected, value);
    }
    return check(value.trim());
  },
};

function check(written: string): RuleResult<string> {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(written)) return withoutScheme(written);
  const url = URL.canParse(written) ? new URL(written) : undefined;
  // The next three messages do not repeat the URL, because it may contain a password or a key.
  if (url === undefined) return invalid('not a valid URL; expected https://HOST');
  if (url.username !== '' || url.password !== '') {
    return invalid('a user name or password in the URL is not allowed; set MISO_API_KEY instead');
  }
  if (/[?#]/.test(written)) {
    return invalid('a query (?) or fragment (#) in the URL is not allowed; use params for query parameters');
  }
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (secure) return valid(url.origin + url.pathname.replace(/\/+$/, ''));
  if (url.protocol !== 'http:') return unexpected(server.expected, written);
  return invalid(
    `http:// to another machine would send the key unencrypted, found ${describeValue(written)}; ` +
      `write https://${url.host}${url.pathname.replace(/\/+$/, '')}`,
  );
}

function withoutScheme(written: string): RuleResult<string> {
  if (looksSecret(written)) return invalid('not a URL; expected https://HOST');
  const rest = written.replace(/^(https?:)?\/*/i, '');
  const guess = URL.canParse(`https://${rest}`) ? new URL(`https://${rest}`) : undefined;
  if (guess === undefined || rest.includes('@') || /[?#]/.test(rest)) {
    return invalid('the URL does not start with https://; expected https://HOST');
  }
  const scheme = isLoopback(guess.hostname) ? 'http' : 'https';
  return invalid(
    `expected a URL that starts with https://, found ${describeValue(written)}; did you mean ${scheme}://${rest}?`,
  );
}
