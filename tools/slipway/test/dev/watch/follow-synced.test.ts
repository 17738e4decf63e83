import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DevBuild } from '../../../src/dev/watch/dev-bundler.ts';
import { followSynced } from '../../../src/dev/watch/follow-synced.ts';
import { oomKills } from '../../../src/dev/watch/pod/oom-kills.ts';
import type { Died } from '../../../src/dev/watch/pod-link.ts';
import type { Outcome } from '../../../src/dev/watch/pod/protocol.ts';
import { reportDied, reportSync } from '../../../src/dev/watch/report-sync.ts';
import { runEverywhere } from '../../../src/dev/watch/run-everywhere.ts';
import type { FailingCheck } from '../../../src/kubernetes/rollout/failing-checks.ts';
import { heard } from '../../support/heard.ts';

const DATABASE = { name: 'database', detail: 'does not answer' };
const MIGRATIONS = { name: 'migrations', detail: 'not applied: 0002' };

/** Follows one pod that gives these answers, the last one for ever; an Error: it does not answer. */
async function follow(answers: (FailingCheck[] | Error)[], timeoutMs = 60_000) {
  const report = heard();
  let asked = 0;
  const ask = async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)]!;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const { signal } = new AbortController();
  await followSynced('order', ['order-a'], ask, { report, signal, timeoutMs, lookMs: 1 });
  return report.lines;
}

test('what was sent is followed until it is ready: each change of what fails is told, and that it passes', async () => {
  assert.deepEqual(await follow([[DATABASE], [DATABASE], [MIGRATIONS], new Error('reset'), []]), [
    'order sync it serves and is not ready: database: does not answer in order-a',
    'order sync it serves and is not ready: migrations: not applied: 0002 in order-a',
    'order sync it serves and is not ready: order-a does not answer',
    'order sync its readiness checks pass',
  ]);
});

test('what is ready at once needs no word', async () => {
  assert.deepEqual(await follow([[]]), []);
});

test('what does not get ready is a failure at the deadline', async () => {
  const lines = await follow([[DATABASE]], 20);
  assert.match(lines.at(-1)!, /^order FAILED not ready 0 s after the sync: database: does not answer in order-a$/);
});

test('the next save ends it without a word', async () => {
  const abort = new AbortController();
  const report = heard();
  const ask = async () => {
    abort.abort();
    return [DATABASE];
  };
  await followSynced('order', ['order-a'], ask, { report, signal: abort.signal, timeoutMs: 60_000 });
  assert.deepEqual(report.lines, []);
});

const build = (entry: string) => ({ entry }) as DevBuild;
const SERVING: Outcome = { status: 'serving', startMs: 1 };
const BROKEN: Outcome = { status: 'failed', reason: 'it ended with exit code 1', log: [] };

/** Pods that run whatever they are sent, but the `broken` ones; with what each was let run. */
function pods(broken: string[]) {
  const ran: string[] = [];
  const link = (pod: string) => ({
    run: async ({ entry }: DevBuild) => {
      ran.push(`${pod} ${entry}`);
      return broken.includes(pod) ? BROKEN : SERVING;
    },
  });
  return { ran, links: new Map(['a', 'b'].map((pod) => [pod, link(pod)])) };
}

test('all replicas run the new code or none: those that took it go back when another cannot', async () => {
  const { ran, links } = pods(['b']);
  const result = await runEverywhere(links, build('new'), build('old'));
  assert.equal(result.isWithdrawn, true);
  assert.deepEqual(ran, ['a new', 'b new', 'a old']);
  const report = heard();
  reportSync(report, 'order', { paths: ['x.ts'], savedAt: 0 }, { buildMs: 1, sendMs: 1, ...result });
  assert.match(report.lines[0]!, /x\.ts: it ended with exit code 1 in b/);
  assert.equal(report.lines[1], 'order sync x.ts: only 1 of 2 pods took it, all serve the code before it');
});

test('where all take it, or none, nothing is taken back', async () => {
  for (const broken of [[], ['a', 'b']]) {
    const { ran, links } = pods(broken);
    assert.equal((await runEverywhere(links, build('new'), build('old'))).isWithdrawn, false);
    assert.deepEqual(ran, ['a new', 'b new']);
  }
});

test('code that runs out of memory is told with the limit, and any other end as before', () => {
  const report = heard();
  const died: Died = { type: 'died', entry: 'main', instead: 'old', reason: 'SIGKILL', log: ['x'] };
  reportDied(report, 'order', { pod: 'order-a', memory: '768Mi' }, { ...died, isOutOfMemory: true });
  reportDied(report, 'order', { pod: 'order-a', memory: '768Mi' }, { ...died, isOutOfMemory: false });
  assert.match(
    report.lines[0]!,
    /in order-a ran out of memory, at resources\.limits\.memory 768Mi: the code before it/,
  );
  assert.match(report.lines[1]!, /in order-a ended with SIGKILL: the code before it serves again/);
});

test('the kernel’s count of what ran out of memory is read from either version of cgroups', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-oom-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const two = file('memory.events', 'low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n');
  const one = file('memory.oom_control', 'oom_kill_disable 0\nunder_oom 0\noom_kill 5\n');
  assert.equal(oomKills([two, one]), 2);
  assert.equal(oomKills([join(folder, 'none'), one]), 5);
  assert.equal(oomKills([join(folder, 'none')]), 0);
});
