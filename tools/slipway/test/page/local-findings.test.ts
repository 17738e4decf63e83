import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceState } from '../../src/dev/local/service-journal.ts';
import type { LocalFacts } from '../../src/page/data/local-facts.ts';
import { localFindings } from '../../src/page/data/local-findings.ts';
import type { DatabaseLook } from '../../src/page/data/probe-database.ts';

const now = new Date().toISOString();
const service: LocalFacts['service'] = { name: 'order', state: 'ready', failingChecks: [], actions: [] };

function facts(state: ServiceState, more: Partial<LocalFacts> = {}): LocalFacts {
  return { service, journal: { run: '1', since: now, state, starts: [] }, failures: [], stackOption: '', ...more };
}
function failed(code: Extract<ServiceState, { phase: 'failed' }>['code'], message: string, details: string[] = []) {
  return facts({ phase: 'failed', code, message, details, isServing: false });
}
function database(look: DatabaseLook): Partial<LocalFacts> {
  return { database: { name: 'order-db', address: '127.0.0.1:54303', look } };
}
const ready: ServiceState = { phase: 'ready' };
const quiet = { state: 'ready', sizeBytes: 1, connections: 2 } as const;
const transaction = { pid: 7, client: 'psql', seconds: 42, state: 'active', query: 'lock table x', blocks: [] };

test('each cause has its code, what it is about, and what helps', () => {
  const cases: [LocalFacts, string, string, RegExp][] = [
    [facts({ phase: 'stopped' }), 'stopped', 'order', /asked to/],
    [failed('build-failed', 'order cannot be built'), 'build-failed', 'order', /cannot be built/],
    [failed('migrations-failed', 'its migrations failed'), 'migrations-failed', 'order', /migrations/],
    [failed('ended-early', 'ended (exit code 78)', ['PORT must be integer']), 'environment-refused', 'order', /78/],
    [failed('ended-early', 'ended (exit code 1)'), 'ended-early', 'order', /exit code 1/],
    [failed('crashed', 'crashed (SIGABRT)', ['JavaScript heap out of memory']), 'out-of-memory', 'order', /crashed/],
    [facts(ready, { answer: { failingChecks: [], silence: 'no answer' } }), 'not-responding', 'order', /no answer/],
    [
      facts(ready, { answer: { failingChecks: [{ name: 'database', detail: 'away' }] } }),
      'not-ready',
      'order',
      /database/,
    ],
    [
      facts(ready, { service: { ...service, pool: { used: 10, max: 10, pending: 3 } } }),
      'pool-exhausted',
      'order',
      /10 connections .* 3 requests wait/,
    ],
    [
      facts(ready, database({ state: 'failed', code: 'database-down', detail: 'refused' })),
      'database-down',
      'order-db',
      /127\.0\.0\.1:54303/,
    ],
    [
      facts(ready, database({ state: 'failed', code: 'wrong-password', detail: 'x' })),
      'wrong-password',
      'order-db',
      /password/,
    ],
    [
      facts(ready, database({ ...quiet, transactions: [{ ...transaction, blocks: [8, 9] }] })),
      'locked',
      'order-db',
      /process 7 \(psql\), open for 42 s, holds a lock that 2 others wait for/,
    ],
    [facts(ready, database({ ...quiet, transactions: [transaction] })), 'slow-query', 'order-db', /runs for 42 s/],
  ];
  for (const [given, code, who, message] of cases) {
    const found = localFindings(given);
    assert.deepEqual([found.map((it) => it.code), found[0]?.who], [[code], who], code);
    assert.match(found[0]!.message, message);
    assert.ok(found[0]!.command !== undefined || found[0]!.hint !== undefined, `${code} says what helps`);
  }
});

test('a stack that is well has no findings, and a starting one neither', () => {
  assert.deepEqual(localFindings(facts(ready, database({ ...quiet, transactions: [] }))), []);
  const down = database({ state: 'failed', code: 'database-down', detail: 'x' });
  assert.deepEqual(localFindings(facts({ phase: 'starting', stage: 'database' }, down)), []);
});

test('a database that ended is named once, and before what suffers from it', () => {
  const down = database({ state: 'failed', code: 'database-down', detail: 'x' });
  const ended = failed('database-ended', 'it ended');
  assert.deepEqual(
    localFindings({ ...ended, ...down }).map(({ code }) => code),
    ['database-down'],
  );
  const answer = { failingChecks: [{ name: 'database', detail: 'away' }] };
  assert.deepEqual(
    localFindings(facts(ready, { ...down, answer })).map(({ code }) => code),
    ['database-down', 'not-ready'],
  );
});

test('what failed while the code before it serves on is a warning', () => {
  const state: ServiceState = {
    phase: 'failed',
    code: 'build-failed',
    message: 'm',
    details: [],
    isServing: true,
  };
  const [finding] = localFindings(facts(state));
  assert.equal(finding?.severity, 'warning');
  assert.match(finding?.message ?? '', /serves on/);
});

test('commands name the stack', () => {
  const [finding] = localFindings({ ...facts({ phase: 'stopped' }), stackOption: ' --stack review' });
  assert.equal(finding?.command, 'npx nx run order:start --stack review');
  const refused = database({ state: 'failed', code: 'wrong-password', detail: 'x' });
  const command = (stackOption: string) => localFindings({ ...facts(ready, refused), stackOption })[0]?.command;
  assert.deepEqual([command(' --stack review'), command('')], ['npm start -- --stack review', 'npm start']);
});
