import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decisiveLines } from '../../../src/operate/status/decisive-lines.ts';

const postgres = (pid: number, text: string) => `2026-11-28 15:30:45.${pid} UTC [${pid}] ${text}`;

test('what Postgres called fatal is told, not the shutdown that followed', () => {
  const full = 'FATAL:  could not write to file "pg_wal/xlogtemp.13": No space left on device';
  const log = [
    postgres(1, 'LOG:  database system was interrupted'),
    postgres(14, 'FATAL:  the database system is starting up'),
    postgres(15, 'FATAL:  the database system is starting up'),
    postgres(13, full),
    postgres(1, 'LOG:  startup process (PID 13) exited with exit code 1'),
    postgres(1, 'LOG:  shutting down due to startup process failure'),
  ].join('\n');
  assert.deepEqual(decisiveLines(log, 4), [
    postgres(15, 'FATAL:  the database system is starting up'),
    postgres(13, full),
  ]);
});

test('so is the fatal line of a service, however much it says while it closes', () => {
  const line = (level: number, msg: string) => JSON.stringify({ level, time: 0, msg });
  const log = [line(60, 'uncaught exception'), line(30, 'shutting down'), line(50, 'shutdown took too long')].join(
    '\n',
  );
  assert.deepEqual(decisiveLines(log, 1), [line(60, 'uncaught exception')]);
});

test('of a log without any, the last lines are told', () => {
  assert.deepEqual(decisiveLines('one\ntwo\n\nthree\n', 2), ['two', 'three']);
  assert.deepEqual(decisiveLines('', 2), []);
});
