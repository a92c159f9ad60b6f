import { describe, expect, it } from 'vitest';
import { call, linesOf, start, taskOf, upload } from './start.ts';

const inconsistent = 'Its data type is not consistent with other records';

describe('upload', () => {
  it('stores each record as it was sent', async () => {
    const sandbox = await start();
    const user = {
      user_id: 'a/b',
      age: 42,
      custom_attributes: { constructor: 'x', n: 1.5, list: [{ b: null }] },
    };
    const answer = await upload(sandbox, [user, { user_id: 'c' }]);
    expect(answer.body).toEqual({ message: 'success', data: { task_id: expect.any(String) } });
    expect(sandbox.users.get('a/b')).toEqual(user);
    expect((await call(sandbox, 'GET', '/v1/users/a%2Fb')).body).toEqual({ message: 'success', data: user });
    expect([...sandbox.users.entries()].map(([id]) => id)).toEqual(['a/b', 'c']);
  });

  it('replaces the whole record; the last one of an id wins', async () => {
    const sandbox = await start();
    await upload(sandbox, [{ user_id: 'a', name: 'x', age: 1 }]);
    await upload(sandbox, [
      { user_id: 'a', age: 2 },
      { user_id: 'a', age: 3 },
    ]);
    expect(sandbox.users.get('a')).toEqual({ user_id: 'a', age: 3 });
    expect(sandbox.users.size).toBe(1);
  });

  it('stores nothing when one record breaks the schema, and lists the violations of all', async () => {
    const sandbox = await start();
    const answer = await upload(sandbox, [
      { user_id: 'ok' },
      { user_id: ['x'], created_at: 'no' },
      { age: 'x' },
    ]);
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual({
      errors: true,
      message:
        'None of the records are inserted, because at least one of them contain schema errors. Please see `data` field for details.',
      data: [
        "data.1.user_id is invalid. The attribute expected to be of type 'string', but 'array' is given.",
        "data.1.created_at is invalid. The attribute should match 'date-time' format.",
        'data.2.user_id is invalid. The attribute is required.',
        "data.2.age is invalid. The attribute expected to be of type 'integer', but 'string' is given.",
      ],
    });
    expect(sandbox.users.size).toBe(0);
    expect((await call(sandbox, 'GET', '/v1/users/_ids')).status).toBe(404);
  });

  it('does not store records whose attributes differ in type from the data set', async () => {
    const sandbox = await start();
    await upload(sandbox, [{ user_id: 'a', custom_attributes: { score: 1, tags: ['x'], list: [] } }]);
    const answer = await upload(sandbox, [
      { user_id: 'b', custom_attributes: { score: 2.5, tags: [], list: [1] } },
      { user_id: 'c', custom_attributes: { score: null, tags: null } },
      { user_id: 'd', custom_attributes: { list: ['text'], fresh: 1 } },
      { user_id: 'e', custom_attributes: { score: '3', tags: [1] } },
      { user_id: 'f', custom_attributes: { fresh: 'text' } },
      { user_id: 'g', custom_attributes: { fresh: true } },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      errors: true,
      data: [
        `data.2.custom_attributes.list is invalid. ${inconsistent}`,
        `data.3.custom_attributes.score is invalid. ${inconsistent}`,
        `data.3.custom_attributes.tags is invalid. ${inconsistent}`,
        `data.5.custom_attributes.fresh is invalid. ${inconsistent}`,
      ],
    });
    expect(sandbox.users.ids()).toEqual(['a', 'b', 'c', 'f']);
  });

  it('keeps the type of an attribute when every user is deleted', async () => {
    const sandbox = await start();
    await upload(sandbox, [{ user_id: 'a', custom_attributes: { score: 1 } }]);
    await call(sandbox, 'DELETE', '/v1/users/a');
    expect((await upload(sandbox, [{ user_id: 'a', custom_attributes: { score: 'x' } }])).body).toMatchObject(
      { errors: true },
    );
  });

  it('checks and stores nothing under dry_run, not even a type', async () => {
    const sandbox = await start();
    const good = await upload(sandbox, [{ user_id: 'a', custom_attributes: { score: 1 } }], '?dry_run=1');
    expect(good.body).toMatchObject({ message: 'success' });
    expect((await upload(sandbox, [{ user_id: '' }], '?dry_run=1')).status).toBe(422);
    expect(sandbox.users.size).toBe(0);
    expect((await upload(sandbox, [{ user_id: 'a', custom_attributes: { score: 'x' } }])).body).toMatchObject(
      { message: 'success' },
    );
    const clash = await upload(
      sandbox,
      [{ user_id: 'b', custom_attributes: { score: 1 } }, { user_id: 'c' }],
      '?dry_run=1',
    );
    expect(linesOf(clash)).toEqual([`data.0.custom_attributes.score is invalid. ${inconsistent}`]);
    expect(sandbox.users.ids()).toEqual(['a']);
  });

  it('answers immediately with async, and reports invalid records in the status', async () => {
    const sandbox = await start();
    const bad = await upload(sandbox, [{ user_id: 'a' }, { user_id: 7 }], '?async=1');
    expect(bad.body).toMatchObject({ message: 'success' });
    const status = await call(sandbox, 'GET', `/v1/users/_status/${taskOf(bad)}`);
    expect(status.body).toMatchObject({ errors: true, code: 200 });
    expect(linesOf(status)).toEqual([
      "data.1.user_id is invalid. The attribute expected to be of type 'string', but 'integer' is given.",
    ]);
    expect(sandbox.users.size).toBe(0);
    await upload(sandbox, [{ user_id: 'a' }], '?async=1');
    expect(sandbox.users.ids()).toEqual(['a']);
  });

  it.each<[string, unknown]>([
    ['', { loc: ['body'], msg: 'field required', type: 'value_error.missing' }],
    ['[]', { loc: ['body'], msg: 'value is not a valid dict', type: 'type_error.dict' }],
    ['{}', { loc: ['body', 'data'], msg: 'field required', type: 'value_error.missing' }],
    ['{"data":{}}', { loc: ['body', 'data'], msg: 'value is not a valid list', type: 'type_error.list' }],
    [
      '{"data":[{}',
      {
        loc: ['body', 11],
        msg: "Expecting ',' delimiter: line 1 column 12 (char 11)",
        type: 'value_error.jsondecode',
      },
    ],
  ])('refuses the body %j as a whole', async (body, fault) => {
    const answer = await call(await start(), 'POST', '/v1/users', body);
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual({
      message: 'Request schema error. See "data.errors" for details',
      data: { errors: [fault] },
    });
  });

  it('refuses a record of any depth of nesting, on any version of Node', async () => {
    const sandbox = await start();
    const deep = `{"data":[{"user_id":"ok"},{"user_id":"a","x":${'['.repeat(200_000)}${']'.repeat(200_000)}}]}`;
    const answer = await call(sandbox, 'POST', '/v1/users', deep);
    expect(answer.status).toBe(422);
    expect(linesOf(answer)).toEqual(['data.1.x is invalid. Additional properties are not allowed.']);
    expect(sandbox.users.size).toBe(0);
  });
});

describe('the other endpoints', () => {
  it('list the ids once a record was stored', async () => {
    const sandbox = await start();
    const before = await call(sandbox, 'GET', '/v1/users/_ids');
    expect([before.status, before.body]).toEqual([404, { message: 'not found' }]);
    await upload(sandbox, [{ user_id: 'a' }, { user_id: 'é\u2028"' }]);
    expect((await call(sandbox, 'GET', '/v1/users/_ids')).body).toEqual({
      message: 'success',
      data: { ids: ['a', 'é\u2028"'] },
    });
    await call(sandbox, 'POST', '/v1/users/_delete', { data: { user_ids: ['a', 'é\u2028"'] } });
    expect((await call(sandbox, 'GET', '/v1/users/_ids')).body).toEqual({
      message: 'success',
      data: { ids: [] },
    });
  });

  it('delete one user, and report an unknown one', async () => {
    const sandbox = await start();
    await upload(sandbox, [{ user_id: 'a' }]);
    const gone = await call(sandbox, 'DELETE', '/v1/users/a');
    expect(gone.body).toEqual({ message: 'deleted', data: { task_id: expect.any(String) } });
    expect((await call(sandbox, 'GET', '/v1/users/a')).status).toBe(404);
    expect((await call(sandbox, 'DELETE', '/v1/users/a')).body).toEqual({ message: 'not found' });
  });

  it('delete many users, and ignore unknown ones', async () => {
    const sandbox = await start();
    await upload(
      sandbox,
      ['..', '.', 'b', '%2e'].map((id) => ({ user_id: id })),
    );
    const answer = await call(sandbox, 'POST', '/v1/users/_delete', {
      data: { user_ids: ['..', '.', 'unknown', '%2e'] },
    });
    expect(answer.body).toEqual({ message: 'deleted', data: { task_id: expect.any(String) } });
    expect(sandbox.users.ids()).toEqual(['b']);
  });

  it.each<[unknown, (string | number)[]]>([
    [{}, ['body', 'data']],
    [{ data: [] }, ['body', 'data']],
    [{ data: {} }, ['body', 'data', 'user_ids']],
    [{ data: { user_ids: 'a' } }, ['body', 'data', 'user_ids']],
    [{ data: { user_ids: ['a', 7] } }, ['body', 'data', 'user_ids', 1]],
  ])('delete nothing for the body %j', async (body, loc) => {
    const sandbox = await start();
    await upload(sandbox, [{ user_id: 'a' }]);
    const answer = await call(sandbox, 'POST', '/v1/users/_delete', body);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ data: { errors: [{ loc }] } });
    expect(sandbox.users.size).toBe(1);
  });

  it('delete interactions', async () => {
    const sandbox = await start();
    const answer = await call(sandbox, 'DELETE', '/v1/interactions', { user_ids: ['a', 'b'] });
    expect(answer.body).toEqual({ message: 'success' });
    expect(sandbox.requests.at(-1)).toMatchObject({
      path: '/v1/interactions',
      ids: ['a', 'b'],
      records: 2,
      applied: true,
    });
    expect((await call(sandbox, 'DELETE', '/v1/interactions', {})).status).toBe(422);
  });

  it('report a task only after its delay', async () => {
    let now = 0;
    const sandbox = await start({ taskDelay: 100, clock: () => now });
    const path = `/v1/users/_status/${taskOf(await upload(sandbox, [{ user_id: 'a' }]))}`;
    now = 99;
    expect((await call(sandbox, 'GET', path)).status).toBe(404);
    now = 100;
    expect((await call(sandbox, 'GET', path)).body).toEqual({
      took: 100,
      errors: false,
      data: [],
      code: 200,
    });
    expect((await call(sandbox, 'GET', '/v1/users/_status/nothing')).body).toEqual({ message: 'not found' });
  });
});

describe('any request', () => {
  it('refuses a wrong key and a missing one, before anything else', async () => {
    const sandbox = await start({ key: 'right' });
    for (const headers of [{ 'X-API-KEY': 'wrong' }, {}]) {
      const answer = await call(sandbox, 'GET', '/v1/nowhere', undefined, { headers });
      expect([answer.status, answer.body]).toEqual([401, { message: 'invalid api key.' }]);
    }
    expect(
      (await call(sandbox, 'GET', '/v1/users/_ids?api_key=wrong', undefined, { headers: {} })).status,
    ).toBe(401);
    expect(
      (await call(sandbox, 'GET', '/v1/users/_ids?api_key=right', undefined, { headers: {} })).status,
    ).toBe(404);
  });

  it('accepts any key when none was set, except an empty one', async () => {
    const sandbox = await start();
    expect((await call(sandbox, 'GET', '/v1/users/_ids?api_key=x', undefined, { headers: {} })).status).toBe(
      404,
    );
    expect((await call(sandbox, 'GET', '/v1/users/_ids?api_key=', undefined, { headers: {} })).status).toBe(
      401,
    );
  });

  it('records no form of the key', async () => {
    const sandbox = await start({ key: 'se cret' });
    const queries = ['?api_key=se%20cret&x=1', '?x=1&api%5Fkey=se+cret', '?x=1&API-KEY=se+cret'];
    for (const query of queries) await call(sandbox, 'GET', `/v1/users/_ids${query}`);
    expect(sandbox.requests.map(({ path }) => path)).toEqual(queries.map(() => '/v1/users/_ids?x=1'));
  });

  it.each([
    ['GET', '/', 404],
    ['GET', '/v1/users/', 404],
    ['GET', '/v1/users/a/b', 404],
    ['GET', '/v1/users/_other', 404],
    ['GET', '/v1/users/_status', 404],
    ['GET', '/v1/users/%', 400],
    ['GET', '/v1/users/%ff', 400],
    ['GET', '/v1/users', 405],
    ['PUT', '/v1/users/a', 405],
    ['DELETE', '/v1/users/_ids', 405],
    ['GET', '/v1/users/_delete', 405],
    ['POST', '/v1/interactions', 405],
  ])('answers %s %s with %i', async (method, path, status) => {
    const answer = await call(await start(), method, path);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ message: expect.any(String) });
  });

  it('answers HEAD as GET without a body, and OPTIONS with what is allowed', async () => {
    const sandbox = await start();
    await upload(sandbox, [{ user_id: 'a' }]);
    const head = await call(sandbox, 'HEAD', '/v1/users/a');
    expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', '44']);
    const options = await call(sandbox, 'OPTIONS', '/v1/users/a', undefined, { headers: {} });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, DELETE, OPTIONS']);
  });

  it('counts calls and keeps the latest ones', async () => {
    const finished: string[] = [];
    const sandbox = await start({ record: 2, onRequest: ({ path }) => finished.push(path) });
    for (const id of ['a', 'b', 'c']) await call(sandbox, 'GET', `/v1/users/${id}`);
    expect(sandbox.requests.map(({ call, ids }) => [call, ids])).toEqual([
      [2, ['b']],
      [3, ['c']],
    ]);
    expect(sandbox.stats.calls).toBe(3);
    await sandbox.close();
    expect(finished).toEqual(['/v1/users/a', '/v1/users/b', '/v1/users/c']);
  });
});
