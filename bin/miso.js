#!/usr/bin/env node
'use strict';
// Kept small, and CommonJS, so that --version costs next to nothing.
const { version } = require('../package.json');
const args = process.argv.slice(2);

if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.on('error', ({ code }) => {
    // A reader that closes the pipe; Windows says EOF.
    if (code === 'EPIPE' || code === 'EOF') return;
    process.stderr.write(`error: Standard output cannot be written: ${code}.\n`);
    process.exitCode = 1;
  });
  process.stdout.write(`${version}\n`);
} else {
  require('node:module').enableCompileCache?.();
  const readAsset = (name) => require('node:fs').readFileSync(`${__dirname}/../${name}`, 'utf8');
  require('../dist/cli/main.cjs').main(version, readAsset);
}
