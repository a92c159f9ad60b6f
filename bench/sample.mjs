import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** User number `n`: about 340 bytes of JSON, 190 of CSV; with `padding`, so many more. */
export function user(n, padding = 0) {
  return {
    user_id: `user-${String(n).padStart(8, '0')}`,
    name: `Given Family ${n}`,
    description: `Likes hiking, music and descriptions of no importance ${n}`.padEnd(
      55 + padding,
      ' and more',
    ),
    profile_image: `https://example.com/users/${n}/face.png`,
    age: 18 + (n % 70),
    gender: n % 2 === 0 ? 'F' : 'M',
    city: 'Springfield',
    country: 'US',
    created_at: new Date(1_600_000_000_000 + n * 1000).toISOString(),
    custom_attributes: { plan: ['free', 'pro', 'team'][n % 3], score: n % 1000, tags: ['a', 'b'] },
  };
}

const header = 'user_id,name,description,profile_image,age,gender,city,country,created_at,plan,score,tags\n';

function csvRow(n, padding) {
  const { custom_attributes: attributes, ...own } = user(n, padding);
  const cells = [...Object.values(own), attributes.plan, attributes.score, attributes.tags.join('|')];
  return `${cells.map((cell) => (/[",]/.test(cell) ? `"${cell}"` : cell)).join(',')}\n`;
}

const writers = {
  ndjson: { opening: '', one: (n, padding) => `${JSON.stringify(user(n, padding))}\n`, closing: '' },
  json: {
    opening: '[\n',
    one: (n, padding) => `${n === 0 ? '' : ',\n'}${JSON.stringify(user(n, padding))}`,
    closing: '\n]\n',
  },
  csv: { opening: header, one: csvRow, closing: '' },
};

/** The options that `tags` needs: in JSON it is already a list. */
export function typeOptions(format) {
  return format === 'csv' ? ['--type', 'tags=list'] : [];
}

const folder = resolve('bench/data');

/** The path of a file of `count` users, created if it does not exist. `padding`: see `user`. */
export async function sampleFile(count, format, padding = 0) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `users-${count}${padding === 0 ? '' : `-padded-${padding}`}.${format}`);
  if (existsSync(path)) return path;
  const { opening, one, closing } = writers[format];
  const file = createWriteStream(path);
  let text = opening;
  for (let n = 0; n < count; n++) {
    text += one(n, padding);
    if (text.length < 1 << 20) continue;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end(text + closing);
  await once(file, 'close');
  return path;
}

/** Writes 10,000 ids, one per line. */
export function writeIds(path) {
  writeFileSync(path, Array.from({ length: 10_000 }, (_, n) => `user-${n}\n`).join(''));
}
