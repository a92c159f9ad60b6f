import { defaults } from '../../contract/defaults.ts';
import { defaultServer } from '../../contract/server.ts';
import { apiKey } from '../rules/api-key.ts';
import { parameters } from '../rules/maps.ts';
import { autoOr, integer, path, positiveNumber, textOf } from '../rules/scalars.ts';
import { server } from '../rules/server.ts';
import { byteRate, duration } from '../rules/units.ts';
import { connected, everywhere } from './commands.ts';
import type { Setting } from './setting.ts';

/** How to reach Miso. */
export const connectionSettings = {
  apiKey: {
    rule: apiKey,
    example: 'your-secret-key',
    description: 'Secret API key; MISO_API_KEY or apiKeyFile keep it out of this file',
    variables: ['MISO_KEY', 'MISO_K'],
    flag: {
      names: ['-k', '--key'],
      hidden: ['--api-key'],
      value: 'key',
      help: 'API key; prefer MISO_API_KEY: flags are visible in process lists',
      group: 'Settings',
      on: ['', ...connected, 'sandbox'],
      global: true,
    },
  },
  apiKeyFile: {
    rule: path,
    example: '/run/secrets/miso',
    description: 'File that contains only the API key, such as a Docker or Kubernetes secret',
    flag: {
      value: 'file',
      help: 'file that contains the API key',
      group: 'Settings',
      on: ['', ...connected],
      global: true,
    },
  },
  server: {
    rule: server,
    default: defaultServer,
    description: 'API server: https, or http to this machine',
    variables: ['MISO_API_SERVER'],
    alias: 'apiServer',
    flag: {
      hidden: ['--api-server'],
      value: 'url',
      help: 'API server',
      group: 'Settings',
      on: ['', ...connected],
      global: true,
    },
  },
  profile: {
    rule: textOf('the name of a profile'),
    example: 'staging',
    description: 'Profile to use',
    flag: {
      value: 'name',
      completedBy: 'miso config profiles',
      help: 'profile in the settings file: staging, production, …',
      group: 'Settings',
      on: everywhere,
      global: true,
    },
  },
  env: {
    rule: textOf('the name of an environment'),
    example: 'staging',
    description:
      "Environment, as in Miso's own CLI: the key is MISO_<NAME>_API_KEY, or the profile of that name is used",
    notInFiles: true,
    flag: {
      value: 'name',
      help: 'environment: use the key in MISO_<NAME>_API_KEY, or the profile of that name',
      group: 'Settings',
      on: ['', ...connected],
      global: true,
    },
  },
  caFile: {
    rule: path,
    example: '/etc/ssl/company-ca.pem',
    description: 'Additional CA certificates in PEM format, for a proxy that inspects TLS',
    flag: {
      value: 'file',
      help: 'additional CA certificates',
      group: 'Connection',
      on: connected,
      global: true,
    },
  },
  timeout: {
    rule: duration,
    default: `${defaults.timeoutSeconds}s`,
    description: 'Request timeout, in seconds or as 500ms, 60s, 2m',
    flag: {
      value: 'duration',
      help: 'request timeout',
      group: 'Connection',
      on: connected,
      global: true,
    },
  },
  retries: {
    rule: integer(0, 1000),
    default: defaults.retries,
    description: 'Maximum number of retries per request',
    flag: { value: 'n', help: 'max retries per request', group: 'Connection', on: connected, global: true },
  },
  maxWait: {
    rule: duration,
    default: defaults.maxWait,
    description: 'Longest pause that the server may ask for with Retry-After',
    flag: {
      value: 'duration',
      help: 'longest pause that the server may ask for',
      group: 'Connection',
      on: connected,
      global: true,
    },
  },
  maxDuration: {
    rule: duration,
    example: '2h',
    description: 'Stop the run after this time, with exit code 4',
    unset: 'no limit',
    flag: {
      value: 'duration',
      help: 'stop the run after this time, with exit code 4',
      group: 'Connection',
      on: connected,
      global: true,
    },
  },
  concurrency: {
    rule: autoOr(integer(1, 1000)),
    default: defaults.concurrency,
    description: `Maximum number of concurrent requests; as many are used as the server can handle (auto: up to ${defaults.maxConcurrency})`,
    flag: { value: 'n', help: 'max concurrent requests', group: 'Connection', on: connected, global: true },
  },
  requestsPerSecond: {
    rule: positiveNumber(10_000),
    example: 10,
    description: 'Maximum number of requests per second',
    unset: 'no client-side limit',
    variables: ['MISO_RPS'],
    flag: {
      names: ['--rps', '--requests-per-second'],
      value: 'n',
      help: 'max requests per second',
      group: 'Connection',
      on: connected,
      global: true,
    },
  },
  bytesPerSecond: {
    rule: byteRate,
    example: '512k',
    description: 'Maximum upload bandwidth, in bytes per second or as 512k, 1MiB',
    unset: 'no client-side limit',
    variables: ['MISO_BPS'],
    flag: {
      names: ['--bps', '--bytes-per-second'],
      value: 'size',
      help: 'max bytes per second',
      group: 'Connection',
      on: connected,
      global: true,
    },
  },
  params: {
    rule: parameters,
    default: {},
    description: 'Query parameters added to every request',
    variables: ['MISO_PARAM', 'MISO_VAR', 'MISO_V'],
    flag: {
      names: ['-v', '--param'],
      hidden: ['--var'],
      value: 'name=value',
      help: 'extra query parameters, such as async=1 or a=1,b=2; repeatable',
      group: 'Connection',
      on: connected,
      global: true,
    },
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;
