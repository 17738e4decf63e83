'use strict';
const { isTooOld } = require('@slipway/util/node-version');

// The slipway plugin says it already; once is enough.
module.exports = isTooOld() ? { name: '@slipway/workspace-plugin' } : require('./src/plugin.ts');
