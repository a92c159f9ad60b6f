import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallResult } from '../../../src/api/call.ts';
import { isolate } from '../../../src/api/isolate/isolate.ts';
import type { RetryLevel } from '../../../src/api/isolate/trial.ts';
import { AccessError, ProtocolError, UnavailableError } from '../../../src/errors.ts';

type Ids = readonly number[];

const success: CallResult = { kind: 'success', message: '', data: {}, taskId: 't' };

function refusal(lines: readonly string[]): CallResult {
  return { kind: 'refused', status: 422, message: 'None of the records are inserted', lines };
}

function silence(othersSucceed = false, throttled = false): CallResult {
  return { kind: 'gave-up', status: 500, message: 'boom', retries: 8, othersSucceed, throttled };
}

function nameAll(call: Ids, bad: ReadonlySet<number>, most = Number.POSITIVE_INFINITY): string[] {
  return call.flatMap((id, n) => (bad.has(id) ? [`data.${n}.age is invalid. R`] : [])).slice(0, most);
}

/** The result of a call, and which of its records are stored. */
type Server = (call: Ids, level: RetryLevel) => { readonly result: CallResult; readonly keeps?: Ids };

/** Servers that refuse bad records, each in its own way. */
function serverOf(style: string, bad: ReadonlySet<number>): Server {
  const good = (call: Ids) => call.filter((id) => !bad.has(id));
  return (call) => {
    if (good(call).length === call.length) return { result: success, keeps: call };
    switch (style) {
      case 'names all':
        return { result: refusal(nameAll(call, bad)) };
      case 'names one':
        return { result: refusal(nameAll(call, bad, 1)) };
      case 'names none':
        return { result: refusal(['something is odd']) };
      case 'names all in short calls':
        return { result: refusal(call.length > 20 ? ['odd'] : nameAll(call, bad)) };
      case 'says nothing':
        return { result: refusal([]) };
      case 'names beyond the call':
        return { result: refusal([`data.${call.length} is invalid. R`]) };
      case 'stores the others':
        return {
          result: { kind: 'partial', message: '', lines: nameAll(call, bad) },
          keeps: good(call),
        };
      case 'stores the others and names none':
        return { result: { kind: 'partial', message: '', lines: [] } };
      case 'too large':
        return { result: { kind: 'too-large', status: 413, message: 'big' } };
      default:
        return { result: silence() };
    }
  };
}

async function runOn(server: Server, batch: Ids, isAlive: () => boolean | undefined = () => true) {
  const stored: number[] = [];
  const rejected: number[] = [];
  const kept = new Set<number>();
  const calls: { readonly ids: Ids; readonly level: RetryLevel }[] = [];
  const told = { tooLarge: 0, probes: 0, reasons: [] as string[], throws: undefined as unknown };
  await isolate(batch, {
    send: async (ids, level) => {
      calls.push({ ids, level });
      const { result, keeps } = server(ids, level);
      for (const id of keeps ?? []) kept.add(id);
      return result;
    },
    stored: (ids) => void stored.push(...ids),
    rejected: (id, reasons) => {
      rejected.push(id);
      told.reasons.push(...reasons.map(({ path, reason }) => `${path}:${reason}`));
    },
    oversized: (id) => void rejected.push(id),
    tooLarge: () => void told.tooLarge++,
    isAlive: async () => {
      told.probes++;
      return isAlive();
    },
  }).catch((error) => {
    told.throws = error;
  });
  return { stored, rejected, kept, calls, ...told };
}

const upTo = (n: number) => Array.from({ length: n }, (_, id) => id);
const sorted = (ids: Iterable<number>) => [...ids].sort((a, b) => a - b);

describe('isolation', () => {
  const styles = [
    'names all',
    'names one',
    'names none',
    'names all in short calls',
    'says nothing',
    'names beyond the call',
    'stores the others',
    'stores the others and names none',
    'too large',
    'dies of them',
  ];

  it.each(styles)(
    'stores every good record once and rejects every bad one once: server %s',
    async (style) => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 120 }),
          fc.array(fc.nat(119), { maxLength: 12 }),
          async (size, chosen) => {
            const bad = new Set(chosen.filter((id) => id < size));
            const { stored, rejected, kept, throws } = await runOn(serverOf(style, bad), upTo(size));
            expect(throws).toBeUndefined();
            expect(sorted(rejected)).toEqual(sorted(bad));
            expect(sorted(stored)).toEqual(upTo(size).filter((id) => !bad.has(id)));
            expect(sorted(kept)).toEqual(sorted(stored));
          },
        ),
        { numRuns: 150 },
      );
    },
  );

  it.each(['names none', 'dies of them'])(
    'takes about log2(n) + 2 calls for each bad record: server %s',
    async (style) => {
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(fc.nat(99), { maxLength: 10 }), async (chosen) => {
          const { calls } = await runOn(serverOf(style, new Set(chosen)), upTo(100));
          const each = Math.ceil(Math.log2(100)) + 2;
          const smaller = chosen.length > 2 ? 1 : 0;
          expect(calls.length).toBeLessThanOrEqual(1 + chosen.length * each + smaller);
        }),
        { numRuns: 150 },
      );
    },
  );

  it.each(['names none', 'dies of them'])(
    'takes about two calls per record at most, even if all are bad: server %s',
    async (style) => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 100 }),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
          async (size, share, chance) => {
            const bad = new Set(upTo(size).filter(() => chance.next().value < share));
            const { calls } = await runOn(serverOf(style, bad), upTo(size));
            expect(calls.length).toBeLessThanOrEqual(2 * size + 12);
          },
        ),
        { numRuns: 300 },
      );
      const { calls } = await runOn(serverOf(style, new Set(upTo(100))), upTo(100));
      expect(calls.length).toBeLessThanOrEqual(150);
    },
  );

  it('takes one more call when all bad records are named', async () => {
    const { calls } = await runOn(serverOf('names all', new Set([3, 50, 99])), upTo(100));
    expect(calls.map(({ ids }) => ids.length)).toEqual([100, 97]);
  });

  it('counts records that a partial success does not name as stored', async () => {
    const told: unknown[] = [];
    await isolate([1, 2, 3], {
      send: async () => ({ kind: 'partial', message: '', lines: ['data.1 is invalid. R'] }),
      stored: (...args) => void told.push(args),
      rejected: (id) => void told.push(id),
      oversized: () => {},
      tooLarge: () => {},
      isAlive: async () => true,
    });
    expect(told).toEqual([2, [[1, 3], undefined]]);
  });

  it('sends the rest of a partial success again when a line names no record', async () => {
    let first = true;
    const { stored, rejected, calls } = await runOn(() => {
      if (!first) return { result: success };
      first = false;
      return { result: { kind: 'partial', message: '', lines: ['data.0 is invalid. R', 'and another'] } };
    }, [7, 8]);
    expect([stored, rejected, calls.length]).toEqual([[8], [7], 2]);
  });

  it('keeps the wording of a refusal that names no record', async () => {
    const { reasons } = await runOn(serverOf('names none', new Set([0])), [0]);
    expect(reasons).toEqual([':something is odd']);
    expect((await runOn(serverOf('says nothing', new Set([0])), [0])).reasons).toEqual([
      ':None of the records are inserted',
    ]);
  });

  it('says which calls were too large, but for a single record', async () => {
    const { tooLarge, rejected } = await runOn(serverOf('too large', new Set([2])), upTo(4));
    expect([tooLarge, rejected]).toEqual([2, [2]]);
  });

  it('rejects no record of a server that replies to no call', async () => {
    const { throws, rejected, stored, calls } = await runOn(
      () => ({ result: silence() }),
      upTo(100),
      () => undefined,
    );
    expect(throws).toBeInstanceOf(UnavailableError);
    expect([rejected, stored]).toEqual([[], []]);
    // The call itself, and each half once.
    expect(calls.map(({ ids, level }) => `${ids.length} ${level}`)).toEqual([
      '100 full',
      '50 none',
      '50 none',
    ]);
  });

  it('stops searching once the server is known to be down', async () => {
    const { throws, calls } = await runOn(
      () => ({ result: silence() }),
      upTo(100),
      () => false,
    );
    expect(throws).toBeInstanceOf(UnavailableError);
    expect(calls).toHaveLength(1);
  });

  it('rejects no record when the server fails at any point', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.nat(9), async (lives, culprit) => {
        let left = lives;
        const server = serverOf('dies of them', new Set([culprit]));
        const { throws, rejected, stored, kept } = await runOn(
          (call, level) => (left-- > 0 ? server(call, level) : { result: silence() }),
          upTo(10),
          () => left > 0,
        );
        expect(sorted(stored)).toEqual(sorted(kept));
        for (const id of rejected) expect(id).toBe(culprit);
        if (stored.length + rejected.length < 10) expect(throws).toBeInstanceOf(UnavailableError);
      }),
      { numRuns: 150 },
    );
  });

  it('finds the one record that gets no reply, in the only batch there is', async () => {
    for (const culprit of [0, 1, 5, 9]) {
      let uploads = 0;
      const server = serverOf('dies of them', new Set([culprit]));
      const { rejected, stored, throws } = await runOn(
        (call, level) => {
          const told = server(call, level);
          if (told.keeps) uploads++;
          return told;
        },
        upTo(10),
        () => (uploads > 0 ? true : undefined),
      );
      expect(throws).toBeUndefined();
      expect([rejected, stored.length]).toEqual([[culprit], 9]);
    }
  });

  it.each([0, 1])(
    'sends a record alone, with all retries, before rejecting it for no reply: %i of two',
    async (bad) => {
      const { calls } = await runOn(serverOf('dies of them', new Set([bad])), [0, 1]);
      expect(calls.filter(({ ids }) => ids.includes(bad)).at(-1)).toEqual({ ids: [bad], level: 'full' });
    },
  );

  it('rejects nothing after a single attempt', async () => {
    let failures = 2;
    const { rejected, stored, throws } = await runOn(
      (call) => ({ result: call.includes(1) && failures-- > 0 ? silence() : success }),
      [0, 1],
      // Nothing is known at first; the first half then proves that the server is up.
      () => (failures > 0 ? undefined : true),
    );
    expect([rejected, stored, throws]).toEqual([[], [0, 1], undefined]);
  });

  it('does not treat an old reply as proof that the server is up', async () => {
    let first = true;
    const { throws, rejected, calls } = await runOn(
      (call) => {
        const result = first ? refusal(nameAll(call, new Set([0]))) : silence();
        first = false;
        return { result };
      },
      upTo(9),
      () => undefined,
    );
    expect(throws).toBeInstanceOf(UnavailableError);
    expect(rejected).toEqual([0]);
    expect(calls.map(({ ids }) => ids.length)).toEqual([9, 8, 4, 4]);
  });

  it('rejects a record without a reply when others succeeded meanwhile, without another call', async () => {
    const { rejected, probes } = await runOn(() => ({ result: silence(true) }), [0]);
    expect([rejected, probes]).toEqual([[0], 0]);
  });

  it('never rejects a record because the server limits the rate', async () => {
    const { throws, rejected } = await runOn(() => ({ result: silence(true, true) }), [0]);
    expect([rejected, throws]).toEqual([[], expect.any(UnavailableError)]);
  });

  it.each([
    ['denied', 401, AccessError],
    ['not-found', 404, ProtocolError],
    ['unexpected', 302, ProtocolError],
  ] as const)('stops at %s', async (kind, status, type) => {
    const { throws, calls } = await runOn(() => ({ result: { kind, status, message: 'm' } }), [1, 2]);
    expect(throws).toBeInstanceOf(type);
    expect(calls).toHaveLength(1);
  });
});
