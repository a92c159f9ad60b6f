import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccessError, type ErrorSummary, UnavailableError } from '../../src/errors.ts';
import { failedResult } from '../../src/report/formats/failure.ts';
import { annotations } from '../../src/report/formats/github.ts';
import { junit } from '../../src/report/formats/junit.ts';
import { markdown } from '../../src/report/formats/markdown.ts';
import { withAdvice } from '../../src/report/text/advice.ts';
import { uploadDetails } from '../../src/report/text/upload-text.ts';
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
const result = fc
  .record({ errors: fc.array(group, { maxLength: 20 }), message: any, hint: any, path: any })
  .map(({ errors, message, hint, path }) => {
    const error = { code: 'ERR_INPUT', message, hint, retryable: false };
    const summary = summaryWith({ errors, error, rejectsFiles: [path], exitCode: 5 });
    return { summary, details: uploadDetails(summary) };
  });

describe('with any data, the report', () => {
  it('in JUnit is well-formed XML with the right number of cases', () => {
    fc.assert(
      fc.property(result, (one) => {
        const [suite] = parseXml(junit(one)).children;
        const cases = suite!.children.filter(({ name }) => name === 'testcase');
        expect(suite!.attributes['tests']).toBe(String(cases.length));
        const failed = cases.filter(({ children }) => children.some(({ name }) => name === 'failure'));
        expect(suite!.attributes['failures']).toBe(String(failed.length));
        const broken = cases.filter(({ children }) => children.some(({ name }) => name === 'error'));
        expect(suite!.attributes['errors']).toBe(String(broken.length));
      }),
    );
  });

  it('in Markdown keeps each row on one line with its three cells, and contains no HTML or link of the data', () => {
    fc.assert(
      fc.property(result, (one) => {
        const text = markdown(one);
        const rows = text.split('\n').filter((line) => line.startsWith('| '));
        for (const row of rows.slice(3)) expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
        expect(text.replaceAll(/<\/?code>|<!-- -->/g, '')).not.toMatch(/[<>]/);
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
        expect(text).not.toMatch(/:\/\/|www\.|@\w|(?<!&)#\d/i);
      }),
    );
  });

  it('to GitHub is one command per line, at most ten, whose place cannot be forged', () => {
    fc.assert(
      fc.property(result, (one) => {
        const lines = annotations(one, { env: {}, cwd: '/w' })
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

describe('a command that failed before it did anything', () => {
  it.each(['users upload', 'users validate', 'users read', 'users delete', 'users ids'])(
    '%s still has a report',
    (command) => {
      const failed = failedResult({
        command,
        startedAt: '1970-01-01T00:00:00.000Z',
        durationMs: 5,
        error: new Error('boom'),
      });
      expect(failed.summary).toMatchObject({
        command,
        durationMs: 5,
        exitCode: 70,
        error: { code: 'ERR_BUG', message: 'boom' },
      });
      expect(markdown(failed)).toContain('boom');
      expect(() => parseXml(junit(failed))).not.toThrow();
    },
  );
});

describe('a hint for an external error', () => {
  const hintOf = (error: { code: string; message: string }) =>
    withAdvice<Omit<ErrorSummary, 'retryable'>>(error).hint ?? '';

  it.each([
    [new AccessError('Miso refused the key (HTTP 401): invalid api key.'), 'miso config'],
    [new AccessError('Miso refused the key (HTTP 403): bot blocking'), 'secret key'],
    [
      new UnavailableError('127.0.0.1:9 refused the connection (ECONNREFUSED)'),
      'Check that the server is running',
    ],
    [new UnavailableError('the proxy p:3128 refused the connection (ECONNREFUSED)'), 'HTTPS_PROXY'],
    [new UnavailableError('the host name of x.invalid cannot be resolved (ENOTFOUND)'), 'DNS'],
    [new UnavailableError('api did not answer in time (ETIMEDOUT)'), '--timeout'],
    [new UnavailableError('Still rate-limited after 8 retries: HTTP 429: x'), '--requests-per-second'],
    [new UnavailableError('HTTP 503'), 'Try again later'],
  ])('exists for %s', (error, words) => expect(hintOf(error)).toContain(words));

  it('does not replace an existing one', () => {
    expect(withAdvice({ code: 'ERR_ACCESS', message: 'HTTP 401', hint: 'mine' }).hint).toBe('mine');
    expect(withAdvice({ code: 'ERR_INPUT', message: 'HTTP 401' })).not.toHaveProperty('hint');
  });
});
