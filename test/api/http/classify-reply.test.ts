import { describe, expect, it } from 'vitest';
import { classifyReply } from '../../../src/api/http/classify-reply.ts';
import { redactKey } from '../../../src/redact.ts';
import { answer } from '../fake-server.ts';

const kindOf = (status: number, body: unknown, retryAfter?: string) =>
  classifyReply(answer(status, body, retryAfter)).kind;

describe('classifying a reply', () => {
  it('treats a 2xx without errors as a success, with its task in either form', () => {
    expect(classifyReply(answer(200, { message: 'success', data: { task_id: 't' } }))).toEqual({
      kind: 'success',
      message: 'success',
      data: { task_id: 't' },
      taskId: 't',
    });
    expect(classifyReply(answer(200, { data: [{ task_id: 't' }] }))).toMatchObject({
      kind: 'success',
      taskId: 't',
    });
    expect(classifyReply(answer(200, { took: 5, errors: false, data: [] }))).not.toHaveProperty('taskId');
    expect(classifyReply(answer(200, { data: { task_id: '' } }))).not.toHaveProperty('taskId');
    expect(kindOf(299, {})).toBe('success');
  });

  it('treats a 2xx with any errors as a partial success', () => {
    const body = { errors: true, message: 'm', data: ['data.1 is invalid. x'] };
    expect(classifyReply(answer(200, body))).toEqual({ kind: 'partial', message: 'm', lines: body.data });
    expect(kindOf(200, { errors: null })).toBe('partial');
    expect(kindOf(200, { errors: ['e'] })).toBe('partial');
  });

  it.each(['', '  \n', 'OK', '<html>', '[1]', '"x"', '{"data":'])('retries after a 200 with %j', (body) => {
    expect(classifyReply(answer(200, body))).toMatchObject({
      kind: 'retry',
      status: 200,
      throttled: false,
    });
  });

  it.each([
    ['[1]', 'expected a JSON object, found an array: [1]'],
    ['"x"', 'expected a JSON object, found a single value: "x"'],
    ['null', 'expected a JSON object, found a single value: null'],
    ['{"data":', 'a body that is not JSON: {"data":'],
    ['\n ', 'an empty body'],
  ])('says what is wrong with a 200 with %j', (body, message) => {
    expect(classifyReply(answer(200, body))).toMatchObject({ message });
  });

  it('treats 401 and 403 as a refused key, although they have no errors field', () => {
    expect(classifyReply(answer(401, { message: 'invalid api key.' }))).toEqual({
      kind: 'denied',
      status: 401,
      message: 'invalid api key.',
    });
    expect(kindOf(403, '<html>')).toBe('denied');
  });

  it.each([
    '<html><h1>404 Not Found</h1></html>',
    '',
    '[]',
    '{}',
    '{"message":""}',
    '{"message":404}',
    '{"detail":"Not Found"}',
    '{"message":"no Route matched with those values"}',
    '{"message":"Cannot GET /v1/users/u1"}',
    '{"timestamp":1,"status":404,"error":"Not Found","message":"not found","path":"/v1/users/u1"}',
  ])('recognizes a 404 of Miso by its body only: not %s', (body) => {
    expect(classifyReply(answer(404, body))).toMatchObject({
      kind: 'unexpected',
      message: expect.stringContaining('not a reply of Miso'),
    });
  });

  it('caps the pause that Retry-After asks for, and reads its date by the clock of the server', () => {
    const waitOf = (retryAfter: string, options = {}, date?: string) =>
      classifyReply({ status: 429, body: '', retryAfter, date }, options);
    const now = Date.parse('2024-03-01T09:00:00Z');
    expect(waitOf('600', { maxWaitMs: 5000 })).toMatchObject({ retryAfterMs: 5000 });
    expect(waitOf('2', { maxWaitMs: 5000 })).toMatchObject({ retryAfterMs: 2000 });
    const date = 'Fri, 01 Mar 2024 12:00:00 GMT';
    expect(waitOf('Fri, 01 Mar 2024 12:00:07 GMT', { now }, date)).toMatchObject({ retryAfterMs: 7000 });
    expect(waitOf('Fri, 01 Mar 2024 09:00:07 GMT', { now })).toMatchObject({ retryAfterMs: 7000 });
    expect(waitOf('Fri, 01 Mar 2024 09:00:07 GMT', { now }, 'yesterday')).toMatchObject({
      retryAfterMs: 7000,
    });
  });

  it('recognizes 413 by its status alone', () => {
    expect(kindOf(404, { message: 'not found' })).toBe('not-found');
    expect(classifyReply(answer(413, '\n<html>\n<h1>413</h1>'))).toEqual({
      kind: 'too-large',
      status: 413,
      message: '<html>',
    });
  });

  it('keeps the lines of a 422, in either form', () => {
    expect(classifyReply(answer(422, { errors: true, message: 'None', data: ['a', 'b'] }))).toMatchObject({
      kind: 'refused',
      message: 'None',
      lines: ['a', 'b'],
    });
    const malformed = { message: 'm', data: { errors: [{ loc: ['body', 35], msg: 'bad', type: 't' }] } };
    expect(classifyReply(answer(422, malformed))).toMatchObject({ lines: ['body.35: bad'] });
  });

  it('retries 429 and makes all calls wait', () => {
    expect(classifyReply(answer(429, '', '7'))).toEqual({
      kind: 'retry',
      status: 429,
      message: 'HTTP 429',
      throttled: true,
      overloaded: true,
      retryAfterMs: 7000,
    });
  });

  it.each([408, 425, 500, 502, 503, 504, 599])('retries after %i', (status) => {
    expect(classifyReply(answer(status, 'x'))).toMatchObject({ kind: 'retry', status, throttled: false });
  });

  it('treats 503 with Retry-After as an overload that requires a pause', () => {
    expect(classifyReply(answer(503, 'x', '3'))).toMatchObject({
      kind: 'retry',
      throttled: false,
      overloaded: true,
      retryAfterMs: 3000,
    });
    expect(classifyReply(answer(500, 'x', '3'))).toMatchObject({
      kind: 'retry',
      throttled: false,
      retryAfterMs: 3000,
    });
  });

  it('retries after a 400 that says timeout, under either key', () => {
    expect(classifyReply(answer(400, { 'message:': 'Request timeout.' }))).toMatchObject({
      kind: 'retry',
      message: 'Request timeout.',
    });
    expect(kindOf(400, { message: 'Request timed out, time-out' })).toBe('retry');
    expect(kindOf(400, 'Gateway timeout')).toBe('retry');
  });

  it('treats any other 400 as a refusal, even one about a field called timeout', () => {
    expect(kindOf(400, { message: 'no' })).toBe('refused');
    expect(kindOf(400, { errors: true, data: ['data.0.timeout is invalid. x'] })).toBe('refused');
    expect(kindOf(409, {})).toBe('refused');
  });

  it('does not expect redirects and other statuses, and names the target of a redirect', () => {
    expect(classifyReply({ status: 302, body: '', location: 'https://x' })).toEqual({
      kind: 'unexpected',
      status: 302,
      message: 'the server redirects to https://x',
    });
    expect(kindOf(405, 'no')).toBe('unexpected');
  });

  it('shortens a long first line of a page', () => {
    const { message } = classifyReply(answer(500, `\n  ${'x'.repeat(500)}\nmore`));
    expect(message).toBe(`${'x'.repeat(160)}…`);
  });
});

describe('the key in a reply', () => {
  const key = 'sk-live/7"f3';
  const shown = (status: number, body: unknown, location?: string) =>
    JSON.stringify(classifyReply({ ...answer(status, body), location }, { redact: redactKey(key) }));

  it('is redacted from what the server says, in every spelling', () => {
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

  it('is redacted before a long line is cut, which could leave half of it', () => {
    expect(shown(500, `${'x'.repeat(155)}${key}`)).toContain('x***"');
  });

  it('is kept in the data of a success', () => {
    expect(shown(200, { data: { name: 'sk-live/7' } })).toContain('sk-live/7');
    const reply = answer(200, { data: { name: 'trial' } });
    expect(classifyReply(reply, { redact: redactKey('trial') })).toMatchObject({ data: { name: 'trial' } });
  });

  it('that is an ordinary word is redacted only as a whole word', () => {
    expect(redactKey('trial')('trial, (trial), trials')).toBe('***, (***), trials');
    expect(redactKey('k')('unknown key k')).toBe('unknown key k');
  });
});
