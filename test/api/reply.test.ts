import { describe, expect, it } from 'vitest';
import { judge, linesOf, parseErrorLine } from '../../src/api/reply.ts';
import { answer } from './fake-server.ts';

const kindOf = (status: number, body: unknown, retryAfter?: string) =>
  judge(answer(status, body, retryAfter)).kind;

describe('judging a reply', () => {
  it('takes a 2xx without errors for a success, with its task in either shape', () => {
    expect(judge(answer(200, { message: 'success', data: { task_id: 't' } }))).toEqual({
      kind: 'success',
      message: 'success',
      data: { task_id: 't' },
      taskId: 't',
    });
    expect(judge(answer(200, { data: [{ task_id: 't' }] }))).toMatchObject({ kind: 'success', taskId: 't' });
    expect(judge(answer(200, { took: 5, errors: false, data: [] }))).not.toHaveProperty('taskId');
    expect(judge(answer(200, { data: { task_id: '' } }))).not.toHaveProperty('taskId');
    expect(kindOf(299, {})).toBe('success');
  });

  it('takes a 2xx with errors, whatever they are, for a success in part', () => {
    const body = { errors: true, message: 'm', data: ['data.1 is invalid. x'] };
    expect(judge(answer(200, body))).toEqual({ kind: 'partial', message: 'm', lines: body.data });
    expect(kindOf(200, { errors: null })).toBe('partial');
    expect(kindOf(200, { errors: ['e'] })).toBe('partial');
  });

  it.each(['', '  \n', 'OK', '<html>', '[1]', '"x"', '{"data":'])(
    'tries again after a 200 with %j',
    (body) => {
      expect(judge(answer(200, body))).toMatchObject({ kind: 'again', status: 200, throttled: false });
    },
  );

  it('takes 401 and 403 for a refused key, though they have no errors field', () => {
    expect(judge(answer(401, { message: 'invalid api key.' }))).toEqual({
      kind: 'denied',
      status: 401,
      message: 'invalid api key.',
    });
    expect(kindOf(403, '<html>')).toBe('denied');
  });

  it('knows 404 and 413 by their status, whatever the body', () => {
    expect(kindOf(404, { message: 'not found' })).toBe('not-found');
    expect(judge(answer(413, '\n<html>\n<h1>413</h1>'))).toEqual({
      kind: 'too-large',
      status: 413,
      message: '<html>',
    });
  });

  it('keeps the lines of a 422, in either shape', () => {
    expect(judge(answer(422, { errors: true, message: 'None', data: ['a', 'b'] }))).toMatchObject({
      kind: 'refused',
      message: 'None',
      lines: ['a', 'b'],
    });
    const malformed = { message: 'm', data: { errors: [{ loc: ['body', 35], msg: 'bad', type: 't' }] } };
    expect(judge(answer(422, malformed))).toMatchObject({ lines: ['body.35: bad'] });
  });

  it('tries again after 429 and tells everybody to wait', () => {
    expect(judge(answer(429, '', '7'))).toEqual({
      kind: 'again',
      status: 429,
      message: 'HTTP 429',
      throttled: true,
      retryAfter: '7',
    });
  });

  it.each([408, 425, 500, 502, 503, 504, 599])('tries again after %i', (status) => {
    expect(judge(answer(status, 'x'))).toMatchObject({ kind: 'again', status, throttled: false });
  });

  it('takes 503 with Retry-After for a pause of all', () => {
    expect(judge(answer(503, 'x', '3'))).toMatchObject({ kind: 'again', throttled: true });
    expect(judge(answer(500, 'x', '3'))).toMatchObject({ kind: 'again', throttled: false, retryAfter: '3' });
  });

  it('tries again after a 400 that says timeout, under either key', () => {
    expect(judge(answer(400, { 'message:': 'Request timeout.' }))).toMatchObject({
      kind: 'again',
      message: 'Request timeout.',
    });
    expect(kindOf(400, { message: 'Request timed out, time-out' })).toBe('again');
    expect(kindOf(400, 'Gateway timeout')).toBe('again');
  });

  it('takes any other 400 for a refusal, also of a field called timeout', () => {
    expect(kindOf(400, { message: 'no' })).toBe('refused');
    expect(kindOf(400, { errors: true, data: ['data.0.timeout is invalid. x'] })).toBe('refused');
    expect(kindOf(409, {})).toBe('refused');
  });

  it('does not know redirects and other statuses, and says where a redirect leads', () => {
    expect(judge({ status: 302, body: '', location: 'https://x' })).toEqual({
      kind: 'unexpected',
      status: 302,
      message: 'the server redirects to https://x',
    });
    expect(kindOf(405, 'no')).toBe('unexpected');
  });

  it('shortens a long first line of a page', () => {
    const { message } = judge(answer(500, `\n  ${'x'.repeat(500)}\nmore`));
    expect(message).toBe(`${'x'.repeat(160)}…`);
  });
});

describe('an error line', () => {
  it.each([
    ['data.3 is invalid. R', { index: 3, path: '', reason: 'R' }],
    ['data.0.user_id is invalid. R', { index: 0, path: 'user_id', reason: 'R' }],
    ['data.12.age (x y) is invalid. R', { index: 12, path: 'age', value: 'x y', reason: 'R' }],
    [
      'data.1.custom_attributes.a b (1) is invalid.',
      { index: 1, path: 'custom_attributes.a b', value: '1', reason: 'is invalid' },
    ],
    ['data.1.a.b is invalid. two\nlines', { index: 1, path: 'a.b', reason: 'two\nlines' }],
  ])('%j names its record', (line, target) => {
    expect(parseErrorLine(line)).toEqual(target);
  });

  it.each([
    '',
    'data.x is invalid. R',
    'xdata.1 is invalid. R',
    'data.1 is odd',
    'the whole call is invalid. R',
  ])('%j names none', (line) => {
    expect(parseErrorLine(line)).toBeUndefined();
  });

  it('is kept word for word whatever its form', () => {
    expect(linesOf(['a', { msg: 'm' }, { odd: 1 }, 7])).toEqual(['a', 'm', '{"odd":1}', '7']);
    expect(linesOf('one')).toEqual(['one']);
    expect(linesOf('')).toEqual([]);
    expect(linesOf(undefined)).toEqual([]);
  });
});
