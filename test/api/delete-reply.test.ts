import { expect, it } from 'vitest';
import { unknownIds } from '../../src/api/delete-reply.ts';

const ids = ['a', 'b', 'c'];

it.each([
  ['both lists', { deleted: { count: 2, list: ['a', 'b'] }, not_found: { count: 1, list: ['c'] } }, ['c']],
  ['the list of those not found', { not_found: { list: ['b', 'x'] } }, ['b']],
  ['an empty list of those not found', { not_found: { count: 0, list: [] } }, []],
  ['the list of those deleted', { deleted: { list: ['a'] }, not_found: { count: 2 } }, ['b', 'c']],
  ['that all were deleted', { deleted: { count: 3 } }, []],
  ['that none was deleted', { deleted: { count: 0 } }, ids],
  ['that none was not found', { not_found: { count: 0 } }, []],
  ['that none was found', { not_found: { count: 3 } }, ids],
])('says %s', (_, data, unknown) => {
  expect([...unknownIds(ids, data)!]).toEqual(unknown);
});

it.each([
  ['a task', { task_id: 't' }],
  ['a list of tasks', [{ task_id: 't' }]],
  ['counts of some', { deleted: { count: 2 }, not_found: { count: 1 } }],
  ['nothing', null],
])('does not say it with %s', (_, data) => {
  expect(unknownIds(ids, data)).toBeUndefined();
});

it('counts an id that was sent twice once', () => {
  expect(unknownIds(['a', 'a'], { deleted: { count: 1 } })).toEqual(new Set());
});
