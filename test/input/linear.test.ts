import { expect, test } from 'vitest';
import { effort } from '../effort.ts';
import { reading } from './reading.ts';

const { indexOf, charCodeAt } = String.prototype;
const { join } = Array.prototype;

/** Characters that are searched, examined or copied while an input is read: the work, counted. */
async function workOf(text: string, path: string): Promise<number> {
  let work = 0;
  // Replaced by hand, because a spy of the test runner would keep every call.
  String.prototype.indexOf = function (...args) {
    const found = indexOf.apply(this, args);
    work += (found === -1 ? this.length : found) - (args[1] ?? 0) + 1;
    return found;
  };
  String.prototype.charCodeAt = function (at) {
    work++;
    return charCodeAt.call(this, at);
  };
  Array.prototype.join = function (separator) {
    const joined = join.call(this, separator);
    work += joined.length;
    return joined;
  };
  try {
    await reading(text, { path, chunks: [4096] });
  } finally {
    Object.assign(String.prototype, { indexOf, charCodeAt });
    Object.assign(Array.prototype, { join });
  }
  return work;
}

/** Each is read in pieces; `n` is the size in characters, roughly. */
const inputs: readonly [name: string, path: string, (n: number) => string][] = [
  ['rows', 'u.csv', (n) => `a,b\n${'1,2\n'.repeat(n / 4)}`],
  ['a quoted cell full of doubled quotes', 'u.csv', (n) => `a,b\n1,"${'""'.repeat(n / 2)}"\n`],
  ['an unclosed quote before doubled quotes', 'u.csv', (n) => `a,b\n1,"x\n${'2,""\n'.repeat(n / 5)}`],
  [
    'unclosed quotes, each before many rows',
    'u.csv',
    (n) => `a,b\n${`1,"x\n${'2,y\n'.repeat(50)}`.repeat(n / 200)}`,
  ],
  ['rows that open a quote after a stray one', 'u.csv', (n) => `a,b,c\n${'x",y"z,"w\n'.repeat(n / 10)}`],
  [
    'rows of which many swallow the rest',
    'u.csv',
    (n) => `a,b,c\n${`x",y"z,"w\n${'1,2,3\n'.repeat(9)}`.repeat(n / 64)}`,
  ],
  ['quotes that open and close at line ends', 'u.csv', (n) => `a,b\n${'","\n'.repeat(n / 4)}`],
  ['a long header', 'u.csv', (n) => `${Array.from({ length: n / 8 }, (_, at) => `c${at}`).join(',')}\n`],
  ['a long line of NDJSON', 'u.ndjson', (n) => `{"user_id":"1"}\n{"a":"${'x'.repeat(n)}"}\n`],
  ['a long element', 'u.json', (n) => `[{"a":"${'\\"'.repeat(n / 2)}"}]`],
  [
    'an object with a long list under an unknown key',
    'u.json',
    (n) => `{"crowd":[${'{"a":1},'.repeat(n / 8)}1]}`,
  ],
  ['an object with a long list of records', 'u.json', (n) => `{"users":[${'{"a":1},'.repeat(n / 8)}{}]}`],
  ['what follows a list', 'u.json', (n) => `{"data":[{"a":1}],"rest":[${'1,'.repeat(n / 2)}1]}`],
  ['documents after each other', 'u.json', (n) => '{"a":1}\n\n[1]\n'.repeat(n / 13)],
];

test.each(inputs)('twice the input is at most about twice the work: %s', async (_, path, write) => {
  const n = effort(100_000, 150_000);
  const [once, twice] = [await workOf(write(n), path), await workOf(write(2 * n), path)];
  expect(once).toBeGreaterThan(n / 2);
  expect(twice / once).toBeLessThan(2.6);
});
