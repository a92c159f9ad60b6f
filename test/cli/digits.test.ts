import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshFolder, run } from './run.ts';

const long = '12345678901234567890';
const attributes = `{"big":${long},"fine":0.1234567890123456789,"list":[${long}1],"flat":[{"n":${long}2,"t":"x"}],"text":"${long}"}`;
const user = `{"user_id":"u1","name":"n","custom_attributes":${attributes},"internal":${long}3}`;
const accepted = `{"user_id":"u1","name":"n","custom_attributes":${attributes}}`;

/** A Miso with one user whose text is returned as it is, and the texts of the records that it receives. */
async function scene() {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    let body = '';
    for await (const chunk of request) body += String(chunk);
    response.setHeader('content-type', 'application/json');
    if (path.endsWith('/_ids')) response.end('{"message":"success","data":{"ids":["u1"]}}');
    else if (path.includes('/_status/')) response.end('{"took":5,"errors":false,"data":[]}');
    else if (request.method === 'GET') response.end(`{"message":"success","data":${user}}`);
    else {
      if (path === '/v1/users') received.push(/^\{"data":\[(.*)\]\}$/s.exec(body)?.[1] ?? body);
      response.end('{"message":"success","data":{"task_id":"t"}}');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const cwd = await freshFolder();
  const env = {
    MISO_SERVER: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ MISO_API_KEY: 'k', XDG_STATE_HOME: join(cwd, '.state') },
  };
  const miso = (args: readonly string[]) => run(['users', ...args], { cwd, env });
  return { cwd, miso, received };
}

describe('numbers with more digits than a double holds', () => {
  it.each([
    ['export --output all.ndjson', 'all.ndjson'],
    ['export --output all.json', 'all.json'],
    ['read u1', '-'],
    ['read u1 --format json', '-'],
    ['delete u1 --yes --backup gone.ndjson', 'gone.ndjson'],
  ])('survive %s, and the upload of what it wrote', async (command, file) => {
    const { cwd, miso, received } = await scene();
    const { code, stdout } = await miso(command.split(' '));
    expect(code).toBe(0);
    const name = file === '-' ? 'printed.json' : file;
    if (file === '-') await writeFile(join(cwd, name), stdout);
    expect(await readFile(join(cwd, name), 'utf8')).toContain(`${long}3`);
    expect((await miso(['upload', name])).code).toBe(0);
    expect(received).toHaveLength(1);
    expect(received[0]!.replace(/\s/g, '')).toBe(accepted);
  });

  it('are complete in CSV, where upload refuses them instead of rounding them', async () => {
    const { cwd, miso, received } = await scene();
    expect((await miso(['export', '--output', 'all.csv'])).code).toBe(0);
    const text = (await readFile(join(cwd, 'all.csv'), 'utf8')).replaceAll('""', '"');
    for (const part of attributes.slice(1, -1).split(/,"text".*/)) expect(text).toContain(part);
    const { code, stdout, stderr } = await miso(['upload', 'all.csv']);
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toContain('expected numbers that keep all their digits');
    expect(received).toEqual([]);
  });

  it('are printed in selected fields and in tables', async () => {
    const { miso } = await scene();
    const fields = ['--fields', 'user_id,custom_attributes.big,custom_attributes.list'];
    const read = async (format: string) => (await miso(['read', 'u1', '--format', format, ...fields])).stdout;
    expect(await read('ndjson')).toBe(
      `{"user_id":"u1","custom_attributes":{"big":${long},"list":[${long}1]}}\n`,
    );
    expect(await read('csv')).toContain(`u1,${long},[${long}1]\n`);
    expect(await read('table')).toContain(long);
    expect(await read('json')).toBe(
      `{\n  "user_id": "u1",\n  "custom_attributes": {\n    "big": ${long},\n    "list": [\n      ${long}1\n    ]\n  }\n}\n`,
    );
  });

  it('survive an update of another field', async () => {
    const { cwd, miso, received } = await scene();
    await writeFile(join(cwd, 'city.csv'), 'user_id,city\nu1,Rome\n');
    expect((await miso(['update', 'city.csv', '--drop-unknown'])).code).toBe(0);
    expect(received).toEqual([`{"user_id":"u1","name":"n","city":"Rome","custom_attributes":${attributes}}`]);
  });
});
