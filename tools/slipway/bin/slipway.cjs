#!/usr/bin/env node
'use strict';
const problem = require('@slipway/util/node-version').nodeVersionProblem('slipway');

if (problem === undefined) import('../src/nx/commands/slipway.ts');
else {
  console.error(`✗ ${problem}`);
  process.exitCode = 1;
}
