// The entry point of the binary, instead of bin/miso.js.
import { getAsset } from 'node:sea';

const version = getAsset('version', 'utf8');
const args = process.argv.slice(2);

if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${version}\n`);
} else {
  import('../../src/main.ts').then(({ main }) => main(version, (name) => getAsset(name, 'utf8')));
}
