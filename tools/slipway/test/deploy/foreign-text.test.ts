import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { styleText } from 'node:util';
import { UserError, explainError } from '@slipway/util/errors';
import { parse } from 'yaml';
import { explainFailure } from '../../src/nx/executors/shared/explain-failure.ts';
import { terminalOutput } from '../../src/dev/local/output.ts';
import { formatLogLine } from '../../src/operate/logs/format-log-line.ts';
import { printLogs } from '../../src/operate/logs/print-logs.ts';
import { yamlText } from '../../src/manifests/overlay/yaml-text.ts';
import { jsonReporter } from '../../src/deploy/report/json-reporter.ts';
import { liveReporter } from '../../src/deploy/report/live-reporter.ts';
import { plainReporter } from '../../src/deploy/report/plain-reporter.ts';
import { formatStatus } from '../../src/operate/status/format-status.ts';
import type { StackStatus } from '../../src/operate/status/stack-status.ts';

/** Everything below U+00A0, and what turns the direction of text. */
const CODES = [...Array(0xa0).keys(), 0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2069];
/** `a<character>b`, each once; what is split into lines on its way gets those without line breaks. */
const ALL = CODES.map((code) => `a${String.fromCharCode(code)}b`).join(' ');
const LINE = ALL.replaceAll('\n', '');
/** Clears the screen, names the window, sets the clipboard, takes a line back. */
const ATTACK = '\u001b[2J cleared \u001b]0;title\u0007 \u001b]52;c;aGk=\u001b\\ \u009b1A gone\rover \u202eback';

const UNSAFE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u;
/** Colours of our own, and the live view's movements. */
const OURS = /\u001b\[(\d+(;\d+)*m|\d+A\u001b\[0J)/g;

function assertSafe(text: string, what: string): void {
  const found = UNSAFE.exec(text.replaceAll(OURS, ''));
  assert.equal(found, null, `${what} shows U+${found?.[0].charCodeAt(0).toString(16)}`);
  assert.ok(text.includes('cleared') || text.includes('a\\x1bb') || text.includes('a\\u001bb'), `${what} says nothing`);
}

class Sink extends Writable {
  text = '';
  isTTY = true;
  override _write(chunk: Buffer, _: string, done: () => void) {
    this.text += String(chunk);
    done();
  }
}

for (const foreign of [ALL, ATTACK]) {
  test(`reports show no control character: ${foreign === ALL ? 'each' : 'an attack'}`, () => {
    for (const [name, open] of Object.entries({
      plain: plainReporter,
      json: jsonReporter,
      live: (write: (text: string) => void) => liveReporter({ write, columns: 10_000 }),
    })) {
      let text = '';
      const report = open((more) => (text += more));
      report.event(foreign, 'rollout', foreign);
      report.block('order', 'FAILED', foreign);
      report.end();
      assertSafe(text, name);
    }
  });
}

test('errors show no control character, in text and in JSON', (t) => {
  const error = new UserError(`${ATTACK} ${ALL}`, { hint: ATTACK, file: ATTACK });
  assertSafe(explainError(error), 'explainError');
  const log = t.mock.method(console, 'log', () => undefined);
  explainFailure(error, { json: true });
  const json = String(log.mock.calls[0]!.arguments[0]);
  assertSafe(json, 'explainFailure --json');
  assert.ok((JSON.parse(json) as { error: string }).error.includes(ATTACK), 'the value is what it was');
});

const LOG_LINES = [
  JSON.stringify({ level: 'info', time: '2026-11-28T13:00:00Z', msg: ALL }),
  JSON.stringify({
    level: 'error',
    msg: ATTACK,
    [ATTACK]: ALL,
    url: LINE,
    err: { stack: `Error: ${ATTACK}\n at ${LINE}` },
  }),
  // What JSON lets through as it is.
  `{"level":"info","msg":"${LINE.replaceAll(/[\u0000-\u001f"\\]/g, '')} cleared \u009b2J a\\u001bb"}\r`,
  ATTACK,
  LINE,
];

test('log lines of processes show no control character, in text and in JSON', () => {
  for (const line of LOG_LINES) {
    for (const paint of [undefined, styleText]) {
      const formatted = formatLogLine(line, paint);
      if (formatted !== undefined) assertSafe(formatted.text, `formatLogLine ${line}`);
    }
    for (const json of [false, true]) {
      const sink = new Sink();
      const output = terminalOutput({ json, services: ['order'], stream: sink as unknown as NodeJS.WriteStream });
      output.log('order', line);
      output.bad(`cleared ${ATTACK}`, [ATTACK, LINE]);
      output.good(ATTACK);
      output.say(ATTACK);
      assertSafe(sink.text, `terminalOutput json=${json}`);
      if (json) for (const row of sink.text.trim().split('\n')) JSON.parse(row);
    }
  }
});

test('logs of pods show no control character, in text and in JSON', async () => {
  for (const json of [false, true]) {
    const [stdout, stderr] = [new Sink(), new Sink()];
    const source = async () => ({
      searched: [ATTACK],
      lines: (async function* () {
        for (const text of LOG_LINES)
          yield { time: Date.now(), service: 'order', pod: 'order-1', isDatabase: false, text };
      })(),
    });
    const streams = { stdout, stderr };
    await printLogs(source, { previous: false, follow: false, json }, new AbortController().signal, streams);
    assertSafe(stdout.text, `logs json=${json}`);
    const none = async () => ({ searched: [`cleared ${ATTACK}`], lines: (async function* () {})() });
    await printLogs(none, { previous: false, follow: false, json }, new AbortController().signal, streams);
    assertSafe(stderr.text, 'notes');
    if (!json) continue;
    const rows = stdout.text.trim().split('\n');
    assert.equal(rows.length, LOG_LINES.length);
    assert.ok(rows.some((row) => (JSON.parse(row) as { msg: string }).msg === ATTACK));
  }
});

test('a message of several lines cannot pass for lines of other processes', () => {
  const line = JSON.stringify({ level: 'info', msg: 'one\norder/abcde 12:00:00.000 error another' });
  const { text } = formatLogLine(line, undefined)!;
  assert.match(text, /one\n {4}order\/abcde/);
});

test('the status shows no control character', () => {
  const workload = {
    kind: 'Deployment',
    name: ATTACK,
    state: 'failed',
    podsReady: 0,
    podsWanted: 1,
    restarts: 1,
  } as const;
  const status: StackStatus = {
    context: ATTACK,
    stack: ATTACK,
    at: '2026-01-02T03:04:05.000Z',
    isReady: false,
    findings: [
      { code: 'node-pressure', condition: LINE, who: ATTACK, details: [ALL, ATTACK], hint: ATTACK, command: ATTACK },
    ],
    services: [{ ...workload, image: ATTACK, migration: LINE, failingChecks: [], isFromWorkingTree: false }],
    databases: [{ ...workload, lastEnd: { reason: ATTACK, at: '' } }],
    added: [{ ...workload, kind: 'Job' }],
    nodes: [{ name: ATTACK, isReady: false, version: LINE, pressure: [ATTACK] }],
  };
  assertSafe(formatStatus(status, undefined, ATTACK), 'formatStatus');
  assertSafe(formatStatus(status, styleText, ATTACK), 'formatStatus in colour');
});

test('rendered YAML shows no control character and keeps its values', () => {
  const object = { data: { [ATTACK]: ALL, plain: 'yes', text: 'one\ntwo\n', bidi: 'p\u202eq', cleared: ATTACK } };
  const yaml = yamlText(object);
  assertSafe(yaml, 'yamlText');
  assert.deepEqual(parse(yaml, { version: '1.1' }), object);
  assert.match(yaml, /text: \|\n {4}one\n {4}two\n/);
});
