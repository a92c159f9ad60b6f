import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';

/** User number `n`: about 340 bytes of JSON, 190 of CSV. */
export function user(n) {
  return {
    user_id: `user-${String(n).padStart(8, '0')}`,
    name: `Given Family ${n}`,
    description: `Likes hiking, music and descriptions of no importance ${n}`,
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

function csvRow(n) {
  const { custom_attributes: attributes, ...own } = user(n);
  const cells = [...Object.values(own), attributes.plan, attributes.score, attributes.tags.join('|')];
  return `${cells.map((cell) => (/[",]/.test(cell) ? `"${cell}"` : cell)).join(',')}\n`;
}

const writers = {
  ndjson: { opening: '', one: (n) => `${JSON.stringify(user(n))}\n`, closing: '' },
  json: { opening: '[\n', one: (n) => `${n === 0 ? '' : ',\n'}${JSON.stringify(user(n))}`, closing: '\n]\n' },
  csv: { opening: header, one: csvRow, closing: '' },
};

/** The path of a file of `count` users, made when it is not there yet. */
export async function sampleFile(folder, count, format) {
  const path = join(folder, `users-${count}.${format}`);
  if (existsSync(path)) return path;
  const { opening, one, closing } = writers[format];
  const file = createWriteStream(path);
  let text = opening;
  for (let n = 0; n < count; n++) {
    text += one(n);
    if (text.length < 1 << 20) continue;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end(text + closing);
  await once(file, 'close');
  return path;
}
