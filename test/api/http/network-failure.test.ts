import { describe, expect, it } from 'vitest';
import { describeNetworkFailure } from '../../../src/api/http/network-failure.ts';
import { ProxyError } from '../../../src/api/http/tunnel-agent.ts';

const failureWith = (code: string, extra: object = {}) =>
  describeNetworkFailure(Object.assign(new Error('told'), { code }, extra), {
    server: 'https://api.example.com:8443/base',
  });

describe('a failed connection', () => {
  it.each([
    ['ECONNREFUSED', 'api.example.com:8443 refused the connection (ECONNREFUSED)'],
    ['ENOTFOUND', 'the host name of api.example.com:8443 cannot be resolved (ENOTFOUND)'],
    ['EAI_AGAIN', 'the host name of api.example.com:8443 cannot be resolved (EAI_AGAIN)'],
    ['ETIMEDOUT', 'api.example.com:8443 did not reply in time (ETIMEDOUT)'],
    ['ECONNRESET', 'the connection to api.example.com:8443 was closed (ECONNRESET)'],
    ['EPIPE', 'the connection to api.example.com:8443 was closed (EPIPE)'],
    ['EHOSTUNREACH', 'no reply from api.example.com:8443 (EHOSTUNREACH: told)'],
  ])('%s is retryable, and names the server or proxy', (code, message) => {
    expect(failureWith(code)).toEqual({ kind: 'network', code, retryable: true, message });
  });

  it.each(['CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    '%s is not retryable',
    (code) => {
      expect(failureWith(code)).toMatchObject({
        retryable: false,
        hint: expect.stringContaining('--ca-file'),
      });
    },
  );

  it('without TLS is retryable after any reply, and names the proxy if that was contacted', () => {
    const failed = Object.assign(new Error('SSL routines: wrong version number'), { code: 'EPROTO' });
    const server = 'https://api.example.com';
    expect(describeNetworkFailure(failed, { server, proven: true }).retryable).toBe(true);
    const proxy = 'https://127.0.0.1:3128';
    const atProxy = new ProxyError(failed.message, { code: 'EPROTO', cause: failed });
    expect(describeNetworkFailure(atProxy, { server, proxy })).toMatchObject({
      retryable: false,
      message: 'the proxy 127.0.0.1:3128 does not speak TLS (EPROTO)',
      hint: expect.stringContaining('proxy usually starts with http://'),
    });
  });

  it('is recognized by its cause if its own code says nothing', () => {
    expect(failureWith('ERR_GOT_REQUEST_ERROR', { cause: { code: 'ECONNRESET' } }).code).toBe('ECONNRESET');
    expect(failureWith('ERR_READING_RESPONSE_STREAM', { cause: { code: 'EPIPE' } }).code).toBe('EPIPE');
    expect(describeNetworkFailure('odd', { server: 'http://127.0.0.1' }).message).toBe(
      'no reply from 127.0.0.1 (ENETWORK)',
    );
  });
});
