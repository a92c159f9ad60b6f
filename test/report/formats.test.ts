import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccessError, type ErrorSummary, UnavailableError } from '../../src/errors.ts';
import { annotations } from '../../src/report/formats/github.ts';
import { junit } from '../../src/report/formats/junit.ts';
import { markdown } from '../../src/report/formats/markdown.ts';
import { withAdvice } from '../../src/report/text/advice.ts';
import { digest } from '../../src/report/text/digest.ts';
import { failedSummary } from '../../src/report/text/failed-summary.ts';
import { summaryWith } from './given.ts';
import { parseXml } from './xml.ts';

/** Any text, and often one of what the formats themselves are made of. */
const any = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...`&<>"'|\`\\:,%#@\n\r\u001ba;`), maxLength: 20 }),
);
const example = fc.record({ file: any, line: fc.nat(), user_id: any, found: any });
const group = fc.record({
  field: any,
  reason: any,
  by: fc.constantFrom('local' as const, 'miso' as const),
  count: fc.integer({ min: 1, max: 50 }),
  examples: fc.array(example, { minLength: 1, maxLength: 4 }),
});
const summary = fc
  .record({ errors: fc.array(group, { maxLength: 20 }), message: any, hint: any, path: any })
  .map(({ errors, message, hint, path }) =>
    summaryWith({
      errors,
      error: { code: 'ERR_INPUT', message, hint, retryable: false },
      rejectsFiles: [path],
      exitCode: 5,
    }),
  );

describe('whatever the data, the report', () => {
  it('in JUnit is well-formed XML with as many cases as it says', () => {
    fc.assert(
      fc.property(summary, (one) => {
        const [suite] = parseXml(junit(digest(one))).children;
        const cases = suite!.children.filter(({ name }) => name === 'testcase');
        expect(suite!.attributes['tests']).toBe(String(cases.length));
        const failed = cases.filter(({ children }) => children.some(({ name }) => name === 'failure'));
        expect(suite!.attributes['failures']).toBe(String(failed.length));
        const broken = cases.filter(({ children }) => children.some(({ name }) => name === 'error'));
        expect(suite!.attributes['errors']).toBe(String(broken.length));
      }),
    );
  });

  it('in Markdown keeps each row in one line with its three cells, and holds no HTML of the data', () => {
    fc.assert(
      fc.property(summary, (one) => {
        const text = markdown(digest(one));
        const rows = text.split('\n').filter((line) => line.startsWith('| '));
        for (const row of rows.slice(3)) expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
        expect(text.replaceAll(/<\/?code>/g, '')).not.toMatch(/[<>]/);
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it('to GitHub is one command a line, ten at most, whose place cannot be forged', () => {
    fc.assert(
      fc.property(summary, (one) => {
        const lines = annotations(digest(one), { env: {}, cwd: '/w' })
          .split(/[\r\n]/)
          .filter((line) => line !== '');
        expect(lines.length).toBeLessThanOrEqual(10);
        for (const line of lines) {
          expect(line).toMatch(/^::error(?: [^:]*)?::/);
          const place = /^::error(?: ([^:]*))?::/.exec(line)![1] ?? '';
          if (place !== '')
            expect(place.split(',').map((part) => part.split('=')[0])).toEqual(['file', 'line']);
        }
      }),
    );
  });
});

describe('a command that came to nothing', () => {
  it.each(['users upload', 'users validate', 'users read', 'users delete', 'users ids'])(
    '%s has a digest all the same',
    (command) => {
      const failed = failedSummary({
        command,
        startedAt: '1970-01-01T00:00:00.000Z',
        durationMs: 5,
        error: new Error('boom'),
      });
      expect(failed).toMatchObject({
        command,
        durationMs: 5,
        exitCode: 70,
        error: { code: 'ERR_BUG', message: 'boom' },
      });
      expect(digest(failed).error?.message).toBe('boom');
      expect(() => parseXml(junit(digest(failed)))).not.toThrow();
    },
  );
});

describe('a hint for what comes from outside', () => {
  const hintOf = (error: { code: string; message: string }) =>
    withAdvice<Omit<ErrorSummary, 'retryable'>>(error).hint ?? '';

  it.each([
    [new AccessError('Miso refused the key (HTTP 401): invalid api key.'), 'miso config'],
    [new AccessError('Miso refused the key (HTTP 403): bot blocking'), 'secret key'],
    [new UnavailableError('nothing answers at 127.0.0.1:9 (ECONNREFUSED)'), 'Is the server running'],
    [new UnavailableError('nothing answers at the proxy p:3128 (ECONNREFUSED)'), 'HTTPS_PROXY'],
    [new UnavailableError('the name of x.invalid cannot be resolved (ENOTFOUND)'), 'DNS'],
    [new UnavailableError('api did not answer in time (ETIMEDOUT)'), '--timeout'],
    [new UnavailableError('HTTP 503'), 'try again later'],
  ])('is there for %s', (error, words) => expect(hintOf(error)).toContain(words));

  it('does not replace one that is there', () => {
    expect(withAdvice({ code: 'ERR_ACCESS', message: 'HTTP 401', hint: 'mine' }).hint).toBe('mine');
    expect(withAdvice({ code: 'ERR_INPUT', message: 'HTTP 401' })).not.toHaveProperty('hint');
  });
});
