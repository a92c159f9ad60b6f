import fc from 'fast-check';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(...',;|\t"\n\r\\\0 aé', '\r\n', '😀', '\ufeff', '\u2028', '\u200b', '""'),
    maxLength: 8,
  }),
);
const someText = text.filter((it) => it !== '');
const oddIds = ['0', '00042', '1.23E+15', ' a ', 'NULL', '.', '..', '_'.padStart(2, 'a'), '__proto__x'];
const id = fc.oneof(someText, fc.constantFrom(...oddIds)).filter((it) => !it.startsWith('_'));

const number = fc.oneof(
  fc.integer(),
  // JSON has no -0 to be read back.
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((it) => it + 0),
);
const scalar = fc.oneof(text, fc.boolean(), number, fc.constant(null));
const kinds = [
  ['flag', fc.boolean()],
  ['number', number],
  ['text', text],
  ['nothing', fc.constant(null)],
  ['numbers', fc.array(number, { maxLength: 3 })],
  ['texts', fc.array(text, { maxLength: 3 })],
  ['objects', fc.array(fc.dictionary(text, scalar, { maxKeys: 3 }), { maxLength: 3 })],
] as const;

/** Custom attributes of every kind. The kind is part of the name, so that one name never has two of them. */
const attributes = fc
  .array(
    fc
      .constantFrom(...kinds)
      .chain(([kind, value]) =>
        fc.tuple(fc.constantFrom('', 'a.', ',"', '__proto__', 'é\n'), fc.constant(kind), value),
      ),
    { maxLength: 4 },
  )
  .map((some) =>
    Object.fromEntries(some.map(([prefix, kind, value]) => [`${prefix}${kind}`, value] as const)),
  );

const instant = fc
  .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((it) => it.toISOString());
const day = instant.map((it) => it.slice(0, 10));

/** User records that Miso takes, with every field and every kind of custom attribute, as the program reads them from JSON. */
export const users: fc.Arbitrary<Record<string, unknown>[]> = fc
  .array(
    fc.record(
      {
        user_id: id,
        name: someText,
        description: someText,
        profile_image: fc.webUrl({ withQueryParameters: true }),
        age: fc.integer(),
        gender: someText,
        city: someText,
        state: someText,
        country: someText,
        group_id: someText,
        created_at: fc.oneof(instant, day),
        updated_at: fc.oneof(instant, day),
        custom_attributes: attributes,
      },
      { requiredKeys: ['user_id'] },
    ),
    { maxLength: 8 },
  )
  .map((list) => JSON.parse(JSON.stringify(list)) as Record<string, unknown>[]);

/** What a data set holds after these records: the last one of each id. */
export function lastOfEach(list: readonly Record<string, unknown>[]): Record<string, unknown> {
  return Object.fromEntries(list.map((user) => [user['user_id'], user] as const));
}
