import { describe, expect, it } from 'vitest';
import { hideKey } from '../../../src/api/http/hide-key.ts';
import { judge, linesOf } from '../../../src/api/http/reply.ts';
import { answer } from '../fake-server.ts';

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

  it.each([
    ['[1]', 'expected a JSON object, found an array: [1]'],
    ['"x"', 'expected a JSON object, found a single value: "x"'],
    ['null', 'expected a JSON object, found a single value: null'],
    ['{"data":', 'a body that is not JSON: {"data":'],
    ['\n ', 'an empty body'],
  ])('says what is wrong with a 200 with %j', (body, message) => {
    expect(judge(answer(200, body))).toMatchObject({ message });
  });

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

describe('the key in an answer', () => {
  const key = 'sk-live/7"f3';
  const shown = (status: number, body: unknown, location?: string) =>
    JSON.stringify(judge({ ...answer(status, body), location }, hideKey(key)));

  it('is taken out of what the server says, however it is spelled there', () => {
    const says = { message: `unknown key ${key}`, data: [`data.0.name (${key}) is invalid. ${key}`] };
    for (const status of [200, 400, 401, 404, 405, 413, 422, 429, 500]) {
      const told = shown(status, { ...says, errors: true });
      expect(told).toContain('***');
      expect(told).not.toContain('sk-live');
    }
    expect(shown(502, `<p>X-API-KEY: ${key}`)).toContain('<p>X-API-KEY: ***');
    expect(shown(302, '', `https://x/?api_key=${encodeURIComponent(key)}`)).toContain('api_key=***');
    expect(shown(422, { data: [{ key }] })).not.toContain('sk-live');
  });

  it('is taken out before a long line is cut, which could leave half of it', () => {
    expect(shown(500, `${'x'.repeat(155)}${key}`)).toContain('x***"');
  });

  it('stays where it is the data that was asked for', () => {
    expect(shown(200, { data: { name: 'sk-live/7' } })).toContain('sk-live/7');
    const reply = answer(200, { data: { name: 'trial' } });
    expect(judge(reply, hideKey('trial'))).toMatchObject({ data: { name: 'trial' } });
  });

  it('of a trial, which is an ordinary word, is taken out as a word of its own', () => {
    expect(hideKey('trial')('trial, (trial), trials')).toBe('***, (***), trials');
    expect(hideKey('k')('unknown key k')).toBe('unknown key k');
  });
});

describe('a list of error lines', () => {
  it('is kept word for word whatever its form', () => {
    expect(linesOf(['a', { msg: 'm' }, { odd: 1 }, 7])).toEqual(['a', 'm', '{"odd":1}', '7']);
    expect(linesOf('one')).toEqual(['one']);
    expect(linesOf('')).toEqual([]);
    expect(linesOf(undefined)).toEqual([]);
  });
});
