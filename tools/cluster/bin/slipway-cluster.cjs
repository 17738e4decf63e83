#!/usr/bin/env node
'use strict';
const problem = require('@slipway/util/node-version').nodeVersionProblem('slipway-cluster');

if (problem === undefined) import('../src/main.ts');
else {
  console.error(`✗ ${problem}`);
  process.exitCode = 1;
}
