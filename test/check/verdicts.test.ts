import fc from 'fast-check';
import { expect, it } from 'vitest';
import { flag, Verdicts } from '../../src/check/verdicts.ts';
import { IdTable } from '../../src/ids/id-table.ts';

type Step =
  | {
      readonly kind: 'record';
      readonly id: string;
      readonly fields: readonly string[] | 'unread' | 'vanished' | undefined;
    }
  | { readonly kind: 'rejected'; readonly id: string };

const id: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('record' as const),
    id,
    fields: fc.constantFrom(undefined, [], ['city'], ['city', 'name'], 'unread' as const),
  }),
  fc.record({ kind: fc.constant('rejected' as const), id }),
);

it('the verdict on a user is the verdict on its last valid record', () => {
  fc.assert(
    fc.property(fc.uniqueArray(id), fc.array(step), (atMiso, steps) => {
      const table = new IdTable();
      for (const one of atMiso) table.set(table.add(one), flag.atMiso);
      const verdicts = new Verdicts(table);
      const expected = new Map<string, string>(atMiso.map((one) => [one, '-']));
      const valid = new Set<string>();
      for (const one of steps) {
        if (one.kind === 'rejected') {
          verdicts.addRejected(one.id, 'age: expected an integer');
          if (!valid.has(one.id)) expected.set(one.id, '! age: expected an integer');
          continue;
        }
        valid.add(one.id);
        const isPresent = verdicts.addRecord(one.id);
        expect(isPresent).toBe(atMiso.includes(one.id));
        if (!isPresent) {
          expected.set(one.id, '+');
          continue;
        }
        const before = expected.get(one.id)!;
        if (one.fields === undefined)
          expected.set(one.id, /^[-!]/.test(before) && !before.startsWith('! broken') ? '' : before);
        else if (one.fields === 'unread') {
          verdicts.addUnread(one.id, 'broken');
          expected.set(one.id, '! broken');
        } else {
          verdicts.addCompared(one.id, one.fields as string[]);
          expected.set(one.id, one.fields.length === 0 ? '=' : `* ${(one.fields as string[]).join(', ')}`);
        }
      }
      const found = [...verdicts.all()].map(({ verdict, id: own, details }) => {
        const text = verdict === '+' || verdict === '-' ? '' : details.join(', ');
        return [own, `${verdict} ${text}`.trim()];
      });
      expect(Object.fromEntries(found)).toEqual(
        Object.fromEntries([...expected].filter(([, sign]) => sign !== '')),
      );
      expect(verdicts.notCompared).toBe([...expected.values()].filter((sign) => sign === '').length);
    }),
  );
});
