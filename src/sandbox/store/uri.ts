const scheme = /^[a-z][a-z0-9+.-]*:/i;
const brokenEscape = /%(?![0-9a-f]{2})/i;
const forbidden = /[^\w.~!$&'()*+,;=:@/?#[\]%-]/;
const authority = /^\/\/([^/?#]*)/;
const host = /^(?:[^@[\]]*@)?(?:\[[0-9a-f:.]+\]|[^@:[\]]*)(?::\d*)?$/i;

/** Whether `text` is a URI in the sense of RFC 3986: a scheme, then nothing but what a URI may hold. */
export function isUri(text: string): boolean {
  const start = scheme.exec(text);
  if (start === null || forbidden.test(text) || brokenEscape.test(text)) return false;
  const rest = text.slice(start[0].length);
  if (rest === '' || rest.indexOf('#') !== rest.lastIndexOf('#')) return false;
  const named = authority.exec(rest);
  if (named === null) return !/[[\]]/.test(rest);
  return host.test(named[1] ?? '') && !/[[\]]/.test(rest.slice(named[0].length));
}
