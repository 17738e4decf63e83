import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@slipway/util/errors';
import { openPageData, type PageData } from '../../src/page/data/page-data.ts';
import { QUERIES } from '../../src/page/server/page-queries.ts';
import { fakeSource, requestLines } from './fake-source.ts';

let data: PageData;
before(() => {
  data = openPageData(fakeSource(), { isReadOnly: true });
});
after(() => data.close());
const ask = (query: string) => {
  const [name = '', parameters] = query.split('?');
  return QUERIES[name]!(data, new URLSearchParams(parameters));
};

test('a filter that means nothing is refused, and by its name', () => {
  for (const [query, message] of [
    ['logs?level=loud', /level: "loud" is none of trace, .* fatal/],
    ['logs?level=WARN', /level/],
    ['logs?limit=many', /limit: "many" is no number/],
    ['logs?after=x1', /after/],
    ['requests?min-ms=fast', /min-ms/],
    ['requests?min-ms=Infinity', /min-ms/],
  ] as const)
    assert.throws(() => ask(query), { name: 'UserError', message }, query);
});

test('a filter that is empty is none', () => {
  assert.deepEqual(ask('requests?min-ms=&limit=&status='), []);
  assert.equal((ask('logs?level=&after=') as { matched: number }).matched, 0);
});

test('a limit that is no whole number is one all the same', async () => {
  const source = fakeSource();
  const own = openPageData(source, { isReadOnly: true });
  for (const id of ['a', 'b', 'c', 'd']) for (const [service, line] of requestLines(id)) source.write(service, line);
  while (own.logs.size < 12) await sleep(5);
  assert.equal((QUERIES.requests!(own, new URLSearchParams('limit=2.5')) as unknown[]).length, 2);
  await own.close();
});

test('a log that cannot be read is a finding beside the others', async () => {
  const source = fakeSource({
    findings: [{ code: 'x', severity: 'warning', who: 'order', message: 'm', details: [] }],
  });
  source.logs = () => Promise.reject(new UserError('pods/log is forbidden', { hint: 'ask for it' }));
  const own = openPageData(source, { isReadOnly: true });
  await sleep(5);
  const { findings } = await own.status();
  assert.deepEqual(
    findings.map(({ code, message, details }) => [code, message, ...details]),
    [
      ['x', 'm'],
      ['logs-not-read', 'pods/log is forbidden', '  → ask for it'],
    ],
  );
  await own.close();
});
