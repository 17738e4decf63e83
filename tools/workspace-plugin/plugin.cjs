'use strict';
// Node before 22.18 cannot read TypeScript. The slipway plugin says so; once is enough.
const [major, minor] = process.versions.node.split('.').map(Number);
const readsTypeScript = major > 22 || (major === 22 && minor >= 18);

module.exports = readsTypeScript ? require('./src/plugin.ts') : { name: '@slipway/workspace-plugin' };
