import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import { test } from 'node:test';
import { liveReporter } from '../../../src/deploy/report/live-reporter.ts';

const SPINNER = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/;
const LOG = `migrate in product-5f99d8cd5b-vrxwj: a migration failed: exit code 1
0004_prices.sql, line 2: type "no_such_type" does not exist: CREATE TABLE planted_broken (id no_such_type, price integer, note text, name text);
→ fix the file, and deploy again: what it did was rolled back`;

/** What stands on the terminal at the end: what is drawn over is gone. */
function screenOf(output: string): string[] {
  const lines: string[] = [];
  for (const part of output.split(/(?=\u001b\[\d+A\u001b\[0J)/)) {
    const up = /^\u001b\[(\d+)A/.exec(part)?.[1];
    if (up !== undefined) lines.length -= Number(up);
    lines.push(...stripVTControlCharacters(part).split('\n').slice(0, -1));
  }
  return lines;
}

type Reported = { during: string[]; after: string[] };

function reported(columns: number, what: (report: ReturnType<typeof liveReporter>) => void): Reported {
  let output = '';
  const report = liveReporter({ columns, write: (text) => (output += text) });
  what(report);
  const during = screenOf(output);
  report.end();
  return { during, after: screenOf(output) };
}

for (const columns of [80, 160]) {
  test(`at ${columns} columns a failure stays whole, rows fit, and nothing spins after the end`, () => {
    const { during, after } = reported(columns, (report) => {
      report.event('product', 'rollout', `waiting for ${'a pod with a name that is too long '.repeat(6)}`);
      report.event('product-db', 'load', 'sending what the cluster lacks of 5 images '.repeat(5));
      report.block('product', 'FAILED', LOG);
      report.event('order', 'skipped', 'its dependency product failed');
      report.block('stack', 'timing', 'total 3 s\ndist/deploy/timeline.html');
      report.event('stack', 'FAILED', '3 of 4 services ready; not updated: product (failed)');
    });
    const text = after.join('\n');
    assert.ok(text.includes(LOG), text);
    assert.doesNotMatch(text, SPINNER);
    const rows = after.filter((line) => /^[✔✗…·] /.test(line));
    assert.deepEqual(
      rows.map((row) => row.split(/ +/).slice(0, 3)),
      [
        ['✗', 'product', 'FAILED'],
        ['·', 'product-db', 'load'],
        ['…', 'order', 'skipped'],
        ['✗', 'stack', 'FAILED'],
      ],
    );
    assert.equal(during.filter((line) => SPINNER.test(line)).length, 1, 'one is under way');
    assert.ok(during.slice(-4).every((row) => row.length < columns));
  });
}

test('the last row of a deploy that went well has the address, at 80 columns too', () => {
  const { after } = reported(80, (report) => {
    report.block('stack', 'timing', 'total 3 s\ndist/deploy/timeline.html');
    report.event('stack', 'ready', '4 of 4 services ready; gateway at http://127.0.0.1:30080');
  });
  assert.match(after.at(-2) ?? '', /^✔ stack +ready +4 of 4 services ready; gateway at http:\/\/127\.0\.0\.1:30080$/);
});
