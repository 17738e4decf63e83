'use strict';
// Loaded before anything in TypeScript, by whatever Node there is: an older one would print a stack about `.ts`.
const { isTooOld, minimumNode } = require('./util/node-version.cjs');

if (isTooOld()) {
  console.error(
    `✗ Node ${process.versions.node} is too old; ${minimumNode} or newer is needed\n` +
      '→ npm ci (it brings Node 24 for Linux; elsewhere install the one in .nvmrc), then use npx or npm run',
  );
  process.exit(1);
}
