/** Valid ids that have a special meaning in a URL, a shell, a terminal or a file. */
export const oddIds = [
  '.',
  '..',
  'a/b?c#d%2F',
  '%2e%2e',
  '../users',
  'a b',
  ' padded ',
  'tab\there',
  'line\nbreak',
  'carriage\rreturn',
  '\u0000nul',
  '\u001b[31mred',
  '\u202eright',
  '😀',
  'é',
  'e\u0301',
  '"quoted"',
  "it's",
  'a,b;c|d',
  '1e5',
  '00042',
  'null',
  '-k',
  '__proto__',
  'x'.repeat(512),
].filter((id) => !id.startsWith('_'));

/** Invalid ids that would name something else in a path. */
export const impossibleIds = [
  '_ids',
  '_delete',
  '_status',
  '_status/x',
  '__proto__',
  '\ud800',
  'x'.repeat(600),
];
