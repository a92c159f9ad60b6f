import { expect, it } from 'vitest';
import { parseDeleteReply } from '../../src/delete/delete-reply.ts';

const ids = ['a', 'b', 'c'];

it.each<[reply: string, data: unknown, of: readonly (string | undefined)[], unnamedNotFound?: number]>([
  [
    'both lists',
    { deleted: { count: 2, list: ['a', 'b'] }, not_found: { count: 1, list: ['c'] } },
    ['deleted', 'deleted', 'not-found'],
  ],
  ['the list of those not found', { not_found: { list: ['b', 'x'] } }, [undefined, 'not-found', undefined]],
  [
    'an empty list of those not found',
    { not_found: { count: 0, list: [] } },
    [undefined, undefined, undefined],
  ],
  [
    'the list of those deleted',
    { deleted: { list: ['a'] }, not_found: { count: 2 } },
    ['deleted', 'not-found', 'not-found'],
  ],
  [
    'a shortened list of those deleted',
    { deleted: { count: 3, list: ['a'] } },
    ['deleted', 'deleted', 'deleted'],
  ],
  ['that all were deleted', { deleted: { count: 3 } }, ['deleted', 'deleted', 'deleted']],
  ['that none was deleted', { deleted: { count: 0 } }, ['not-found', 'not-found', 'not-found']],
  ['that none was found', { not_found: { count: 3 } }, ['not-found', 'not-found', 'not-found']],
  [
    'counts of some',
    { deleted: { count: 2 }, not_found: { count: 1 } },
    [undefined, undefined, undefined],
    1,
  ],
  [
    'lists of other ids',
    { deleted: { count: 1, list: ['x'] }, not_found: { count: 1, list: ['b'] } },
    ['unmentioned', 'not-found', 'unmentioned'],
  ],
  ['empty lists', { deleted: { list: [] }, not_found: { list: [] } }, Array(3).fill('unmentioned')],
  ['a task', { task_id: 't' }, [undefined, undefined, undefined]],
  ['a list of tasks', [{ task_id: 't' }], [undefined, undefined, undefined]],
  ['nothing', { deleted: null, not_found: null }, [undefined, undefined, undefined]],
])('a reply to a delete with %s', (_, data, of, unnamedNotFound = 0) => {
  const reply = parseDeleteReply(ids, data);
  expect({ of: ids.map(reply.of), unnamedNotFound: reply.unnamedNotFound }).toEqual({ of, unnamedNotFound });
});
