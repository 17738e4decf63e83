import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { callIn } from '../../src/page/data/call-service.ts';
import { openPageData, type PageData } from '../../src/page/data/page-data.ts';
import { operationsIn } from '../../src/page/data/read-api.ts';
import { DOCUMENT, type FakeService, startFakeService } from './fake-service.ts';
import { fakeSource } from './fake-source.ts';

const limit = { timeout: 60_000 };
let service: FakeService;
let data: PageData;
before(async () => {
  service = await startFakeService();
  const known = { state: 'ready' as const, failingChecks: [], actions: [] };
  const services = [
    { name: 'order', url: service.url, ...known },
    { name: 'silent', url: 'http://127.0.0.1:1', ...known },
    { name: 'inside', ...known },
  ];
  data = openPageData(fakeSource({ services }), { isReadOnly: false });
});
after(async () => {
  await data.close();
  await service.close();
});
const asked = { service: 'order', method: 'POST', path: '/api/v1/orders?x=1', headers: {}, body: '{"a":1}' };

test('what services say of their routes, with examples of what they take', limit, async () => {
  const [api, ...more] = await data.api();
  assert.deepEqual([api?.service, api?.reference, more], ['order', undefined, []]);
  const [one, create] = api!.operations;
  assert.deepEqual(
    { ...one, parameters: one?.parameters.map(({ name, in: where, example }) => [name, where, example]) },
    {
      method: 'GET',
      path: '/api/v1/orders/{id}',
      summary: 'One order',
      isSecured: true,
      parameters: [
        ['id', 'path', '00000000-0000-7000-8000-000000000000'],
        ['fields', 'query', undefined],
      ],
    },
  );
  const body = JSON.parse(create!.body!) as Record<string, unknown>;
  const { productId, quantity, tags, kind } = body;
  assert.deepEqual(
    { productId, quantity, tags, kind },
    { productId: '00000000-0000-7000-8000-000000000000', quantity: 3, tags: ['text-t'], kind: 'a' },
  );
  assert.ok(!('note' in body), 'what is not required is left out');
  assert.equal(body.parent, null, 'it contains itself');
});

test('documents that are none, or odd, have no operations', () => {
  for (const paths of [undefined, null, [], 'x', { '/a': null, '/b': { get: 3, trace: {} } }])
    assert.deepEqual(operationsIn({ paths }), [], JSON.stringify(paths));
  const { $ref } = { $ref: '#/components/schemas/None' };
  const content = { 'application/json': { schema: { $ref } } };
  assert.equal(operationsIn({ ...DOCUMENT, paths: { '/a': { post: { requestBody: { content } } } } })[0]?.body, 'null');
});

test('references are followed, and what an operation says of a parameter goes before what its path says', () => {
  const id = { name: 'order-id', in: 'path', required: true, schema: { $ref: '#/components/schemas/Id' } };
  const [operation] = operationsIn({
    components: {
      schemas: {
        Id: { $ref: '#/components/schemas/Text' },
        Text: { type: 'string', example: 'o-1' },
        A: { $ref: '#/components/schemas/A' },
      },
      parameters: { Id: id },
      requestBodies: {
        Order: {
          content: { 'application/json': { schema: { properties: { a: { $ref: '#/components/schemas/A' } } } } },
        },
      },
    },
    paths: {
      '/orders/{order-id}': {
        parameters: [{ $ref: '#/components/parameters/Id' }, { name: 'page', in: 'query' }],
        put: {
          parameters: [{ name: 'page', in: 'query', required: true, example: 3 }],
          requestBody: { $ref: '#/components/requestBodies/Order' },
        },
      },
    },
  });
  assert.deepEqual(operation?.parameters, [
    { name: 'order-id', in: 'path', isRequired: true, example: 'o-1' },
    { name: 'page', in: 'query', isRequired: true, example: '3' },
  ]);
  assert.deepEqual(JSON.parse(operation.body!), { a: null });
});

test('a call is sent as it was asked, with an id by which its lines are found', limit, async () => {
  const answer = await data.call(
    callIn({ ...asked, headers: { Authorization: 'Bearer x', Host: 'other', Cookie: 'c' } }),
  );
  const [received] = service.received;
  assert.deepEqual([received?.method, received?.url, received?.body], ['POST', '/api/v1/orders?x=1', '{"a":1}']);
  assert.deepEqual([received?.headers.authorization, received?.headers.cookie], ['Bearer x', undefined]);
  assert.equal(received?.headers.host, new URL(service.url).host);
  assert.deepEqual([answer.status, answer.requestId], [201, received?.headers['x-request-id']]);
});

test('a header that is given takes the place of a default', limit, async () => {
  await data.call(callIn({ ...asked, headers: { 'Content-Type': 'text/csv' }, body: 'a,b' }));
  assert.deepEqual(service.received.at(-1)?.headers['content-type'], 'text/csv');
});

test('of an answer without end the beginning is shown', limit, async () => {
  const { body } = await data.call(callIn({ ...asked, method: 'GET', path: '/endless', body: '' }));
  assert.deepEqual([body.length, body.at(-1)], [256 * 1024 + 1, '…']);
});

test('a page that is closed waits for no answer', limit, async () => {
  const { services } = await data.status();
  const closing = openPageData(fakeSource({ services }), { isReadOnly: false });
  const answer = assert.rejects(closing.call({ ...asked, path: '/never' }), /the page was closed meanwhile/);
  await closing.status();
  await closing.close();
  await answer;
});

test('only services of the stack are called, and a read-only page changes nothing', limit, async () => {
  await assert.rejects(data.call({ ...asked, service: 'inside' }), /no address/);
  await assert.rejects(data.call({ ...asked, service: 'none' }), /no address/);
  await assert.rejects(data.call({ ...asked, service: 'silent' }), /silent does not answer/);
  await assert.rejects(data.call({ ...asked, path: '@127.0.0.2:1/x' }), /leads away/);
  for (const wrong of [
    null,
    {},
    { ...asked, method: 'CONNECT' },
    { ...asked, path: 'x' },
    { ...asked, headers: { a: 1 } },
    { ...asked, headers: { 'a b': 'x' } },
    { ...asked, headers: { a: 'x\ny: z' } },
    { ...asked, method: 'GET' },
    { ...asked, body: { a: 1 } },
  ])
    assert.throws(() => callIn(wrong), { name: 'UserError' });
  const { services } = await data.status();
  const readOnly = openPageData(fakeSource({ services }), { isReadOnly: true });
  await assert.rejects(readOnly.call(asked), /read-only/);
  assert.equal((await readOnly.call({ ...asked, method: 'GET', body: undefined! })).status, 201);
  await readOnly.close();
});
