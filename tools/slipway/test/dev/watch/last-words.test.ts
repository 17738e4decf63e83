import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lastWords } from '../../../src/dev/watch/last-words.ts';
import { workspaceWith } from '../../support/workspace-with.ts';

test('without a terminal a fresh clone gets a log, whose folder is not there yet', (t) => {
  const log = join(workspaceWith(t, {}), 'dist/watch/leaving.log');
  const words = lastWords('', log);
  words.write('leaving\n');
  words.write('the images are back\n');
  assert.equal(readFileSync(log, 'utf8'), 'leaving\nthe images are back\n');
});

test('a terminal is written to while it is there, then the log', (t) => {
  const root = workspaceWith(t, { terminal: '', 'a-file': '' });
  const log = join(root, 'leaving.log');
  lastWords(join(root, 'terminal'), log).write('seen\n');
  assert.equal(readFileSync(join(root, 'terminal'), 'utf8'), 'seen\n');
  lastWords(join(root, 'a-file', 'gone'), log).write('kept\n');
  assert.equal(readFileSync(log, 'utf8'), 'kept\n');
});

test('words that fit nowhere are lost, and nothing ends because of them', (t) => {
  const root = workspaceWith(t, {});
  writeFileSync(join(root, 'a-file'), '');
  lastWords(join(root, 'not-there', 'terminal'), join(root, 'a-file', 'leaving.log')).write('lost\n');
});
