'use strict';
// Nx loads the plugin by whatever Node runs Nx: node_modules/.bin/nx takes the machine's.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  throw new Error(
    `slipway needs Node 22.18 or newer, and this is ${process.versions.node}: run npx nx instead, after npm ci`,
  );
}
module.exports = require('./src/plugin.ts');
