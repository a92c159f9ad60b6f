import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import type { ColumnSettings } from '../../../src/records/column-settings.ts';
import type { ColumnPlan } from '../../../src/records/record-mapper.ts';
import { createRecordMapper } from '../../../src/records/record-mapper.ts';
import { jsonFile, row, sent, settings, tableFile } from '../given.ts';

function plan(columns: readonly string[], given: Partial<ColumnSettings> = {}): ColumnPlan {
  return createRecordMapper(settings(given)).plan(tableFile(columns));
}

function routes(
  columns: readonly string[],
  given: Partial<ColumnSettings> = {},
): Record<string, string | null> {
  return Object.fromEntries(plan(columns, given).columns.map(({ column, field }) => [column, field]));
}

function refusal(run: () => unknown): UsageError {
  try {
    run();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('the plan of a table', () => {
  it('maps columns named like a field to it and the others to custom_attributes', () => {
    expect(
      plan([
        'user_id',
        'age',
        'created_at',
        'profile_image',
        'Plan',
        'custom_attributes.a.b',
        'custom_attributes',
        '_errors',
      ]).columns,
    ).toEqual([
      { column: 'user_id', field: 'user_id', type: 'string' },
      { column: 'age', field: 'age', type: 'integer' },
      { column: 'created_at', field: 'created_at', type: 'date' },
      { column: 'profile_image', field: 'profile_image', type: 'uri' },
      { column: 'Plan', field: 'custom_attributes.Plan', type: 'string' },
      { column: 'custom_attributes.a.b', field: 'custom_attributes.a.b', type: 'string' },
      { column: 'custom_attributes', field: 'custom_attributes', type: 'json' },
      { column: '_errors', field: null, type: 'string' },
    ]);
  });

  it('follows --id, --map and --type', () => {
    expect(
      plan(['Email', 'name', 'Tags'], {
        id: 'Email',
        map: { name: 'description', Tags: 'custom_attributes.tags' },
        type: { Tags: 'list' },
      }).columns,
    ).toEqual([
      { column: 'Email', field: 'user_id', type: 'string' },
      { column: 'name', field: 'description', type: 'string' },
      { column: 'Tags', field: 'custom_attributes.tags', type: 'list' },
    ]);
  });

  it('drops or keeps unknown columns when asked to, except those with a type', () => {
    expect(routes(['user_id', 'x', 'n'], { unknown: 'drop', type: { n: 'number' } })).toEqual({
      user_id: 'user_id',
      x: null,
      n: 'custom_attributes.n',
    });
    expect(routes(['user_id', 'x'], { unknown: 'keep' })).toEqual({ user_id: 'user_id', x: 'x' });
  });

  it('leaves out a column whose field --set sets', () => {
    const given = { set: { country: 'CH', 'custom_attributes.x': 'y' } };
    expect(routes(['user_id', 'country', 'x'], given)).toEqual({
      user_id: 'user_id',
      country: null,
      x: null,
    });
  });

  it('accepts two columns for one field when --set sets that field', () => {
    const given = { set: { country: 'CH' }, map: { land: 'country' } };
    expect(routes(['user_id', 'country', 'land'], given)).toEqual({
      user_id: 'user_id',
      country: null,
      land: null,
    });
  });

  it('has no columns for JSON', () => {
    const file = jsonFile();
    expect(createRecordMapper(settings({ id: 'uid', map: { a: 'name' } })).plan(file)).toEqual({
      file,
      columns: [],
      unknownKeys: 'custom',
    });
  });
});

describe('a table without user_id', () => {
  it.each([
    [['Customer Id', 'Name'], '--id "Customer Id"'],
    [['name', 'email'], '--id email'],
    [['uid', 'x'], '--id uid'],
    [['ID'], '--id ID'],
    [['id'], '--id id'],
    [['userId', 'x'], '--id userId'],
    [['Record ID - Contact'], '--id "Record ID - Contact"'],
    [['E-Mail'], '--id E-Mail'],
    [[' user_id'], '--id " user_id"'],
    [['User_ID'], '--id User_ID'],
  ])('%j: proposes %s', (columns, proposal) => {
    const error = refusal(() => plan(columns));
    expect(error.hint).toContain(proposal);
    for (const column of columns) expect(error.message).toContain(column);
  });

  it('proposes no column that is unlikely, and no field of Miso', () => {
    const error = refusal(() => plan(['name', 'paid', 'group_id', 'width']));
    expect(error.hint).toContain('--id <column>');
    expect(error.hint).not.toContain('group_id');
  });

  it('shows part of a header of a thousand columns', () => {
    const columns = Array.from({ length: 1000 }, (_, index) => `c${index}`);
    expect(refusal(() => plan(columns)).message).toMatch(/c19, and 980 more/);
  });
});

describe('settings that do not fit the table', () => {
  it.each<[string, readonly string[], Partial<ColumnSettings>, string[]]>([
    ['--id of no column', ['Emial', 'name'], { id: 'Email' }, ['"Email"', '--id', '"Emial"']],
    ['--id of no column, though user_id is there', ['user_id'], { id: 'Email' }, ['"Email"', '--id']],
    [
      '--map of no column',
      ['user_id', 'Vorname'],
      { map: { Vornahme: 'name' } },
      ['"Vornahme"', '--map', '"Vorname"'],
    ],
    [
      '--type of no column',
      ['user_id', 'score'],
      { type: { scores: 'number' } },
      ['"scores"', '--type', '"score"'],
    ],
    [
      'two columns to one field',
      ['user_id', 'name', 'n'],
      { map: { n: 'name' } },
      ['"name"', '"n"', 'map to name'],
    ],
    [
      '--id beside user_id',
      ['user_id', 'Email'],
      { id: 'Email' },
      ['"user_id"', '"Email"', 'map to user_id', '--map user_id=custom_attributes.user_id'],
    ],
    [
      'two columns to one attribute',
      ['user_id', 'a', 'custom_attributes.a'],
      {},
      ['"a"', '"custom_attributes.a"'],
    ],
    ['a column twice', ['user_id', 'name', 'name'], {}, ['map to name', 'Rename']],
    ['--unknown error', ['user_id', 'x', 'name', 'y', '_errors'], { unknown: 'error' }, ['x, y']],
  ])('%s', (_name, columns, given, parts) => {
    const error = refusal(() => plan(columns, given));
    for (const part of parts) expect(`${error.message} ${error.hint}`).toContain(part);
  });

  it('are not reported again for a file that is opened twice', () => {
    const users = () => tableFile(['user_id', 'Name'], 'a.csv');
    const others = tableFile(['user_id', 'Vorname'], 'b.csv');
    const mapper = createRecordMapper(settings({ map: { Vorname: 'name' } }));
    mapper.plan(users(), [users(), others]);
    expect(sent(mapper.map([row(users(), ['a', ''])])[0]!)).toEqual({ user_id: 'a' });
    expect(mapper.warnings()).toMatchObject([{ code: 'column-near-field', count: 1 }]);
  });

  it('--map and --type may name a column of another input, --id may not', () => {
    const users = tableFile(['user_id', 'name'], 'a.csv');
    const others = tableFile(['user_id', 'Vorname', 'score'], 'b.csv');
    const mapper = createRecordMapper(settings({ map: { Vorname: 'name' }, type: { score: 'number' } }));
    expect(mapper.plan(users, [users, others]).columns).toHaveLength(2);
    expect(() => createRecordMapper(settings({ id: 'Vorname' })).plan(users, [users, others])).toThrow(
      UsageError,
    );
    expect(() =>
      createRecordMapper(settings({ map: { nowhere: 'name' } })).plan(users, [users, others]),
    ).toThrow(UsageError);
    expect(
      createRecordMapper(settings({ map: { nowhere: 'name' } })).plan(users, [users, jsonFile()]).columns,
    ).toHaveLength(2);
  });
});

describe('settings that fit no input', () => {
  it.each<[string, Partial<ColumnSettings>, string[]]>([
    ['--map to no field', { map: { Vorname: 'nmae' } }, ['"nmae"', 'name']],
    ['--map to an attribute without a name', { map: { a: 'custom_attributes.' } }, ['"custom_attributes."']],
    ['--map to something far from any field', { map: { a: 'loyalty' } }, ['custom_attributes.loyalty']],
    ['--id and --map of one column', { id: 'Email', map: { Email: 'name' } }, ['"Email"', 'name']],
    ['--type of a field of Miso', { type: { age: 'list' } }, ['"age"', 'list', 'number']],
    ['--type of the user id', { id: 'Email', type: { Email: 'number' } }, ['"Email"', 'user_id']],
    ['--type of custom_attributes', { type: { custom_attributes: 'list' } }, ['json']],
    ['an empty list separator', { listSeparator: '' }, ['separator']],
    ['--set of no field', { set: { nmae: 'x' } }, ['"nmae"', 'name']],
    ['--set of the user id', { set: { user_id: 'x' } }, ['user_id', '--id']],
    ['--set of an ill-typed value', { set: { age: 'old' } }, ['age', 'expected an integer', '"old"']],
    [
      '--set of a date without a zone',
      { set: { created_at: '2024-01-02 10:00:00' } },
      ['created_at', 'time zone'],
    ],
    [
      '--set of an object as an attribute',
      { set: { 'custom_attributes.a': { b: 1 } } },
      ['custom_attributes.a'],
    ],
    ['--set of custom_attributes to a text', { set: { custom_attributes: 'x' } }, ['custom_attributes']],
    ['--set of half a character', { set: { name: '\ud800' } }, ['name', 'well-formed']],
  ])('%s', (_name, given, parts) => {
    const error = refusal(() => createRecordMapper(settings(given)));
    for (const part of parts) expect(`${error.message} ${error.hint}`).toContain(part);
  });

  it('accepts a --type that equals the type of the field', () => {
    expect(() =>
      createRecordMapper(settings({ type: { age: 'number', name: 'string', custom_attributes: 'json' } })),
    ).not.toThrow();
  });
});

describe('columns that differ from a field only in case and spacing', () => {
  it('cause a warning with the option that maps them', () => {
    const mapper = createRecordMapper(settings());
    const file = tableFile(['user_id', 'Name', 'Created At', 'Plan']);
    mapper.plan(file);
    mapper.plan(file);
    const warnings = mapper.warnings();
    expect(warnings.map(({ code, count }) => [code, count])).toEqual([
      ['column-near-field', 1],
      ['column-near-field', 1],
    ]);
    expect(warnings[0]?.message).toContain('--map Name=name');
    expect(warnings[1]?.message).toContain('--map "Created At=created_at"');
    expect(warnings[0]?.examples).toEqual([{ file: 'users.csv', line: 1 }]);
  });

  it('cause no warning if the field has a column, or the column is mapped', () => {
    const mapper = createRecordMapper(settings({ map: { Age: 'custom_attributes.years' } }));
    mapper.plan(tableFile(['user_id', 'name', 'Name', 'Age']));
    expect(mapper.warnings()).toEqual([]);
  });
});
