'use strict';
// Nx loads the plugin by whatever Node runs Nx: node_modules/.bin/nx takes the machine's.
const problem = require('@slipway/util/node-version').nodeVersionProblem('slipway');

if (problem !== undefined) throw new Error(problem);
module.exports = require('./src/plugin.ts');
