// The entry point of the binary, instead of bin/miso.js.
import { getAsset } from 'node:sea';

const readAsset = (name) => getAsset(name, 'utf8');
import('../../src/main.ts').then(({ main }) => main(readAsset('version'), readAsset));
