import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appFacts } from '../../../src/nx/generators/adopt/app-facts.ts';
import { schemaExport } from '../../../src/nx/generators/adopt/schema-export.ts';
import { serviceFileText } from '../../../src/nx/generators/adopt/service-file-text.ts';

const sources: [text: string, name: string | undefined][] = [
  ['export const Env = z.object({', 'Env'],
  ["import { type } from 'arktype';\nexport const environment = type({", 'environment'],
  ['export const schema: TSchema = Type.Object({', 'schema'],
  ['export const Env = v.strictObject({', 'Env'],
  ['const Env = z.object({', undefined],
  ['export const port = Number(process.env.PORT)', undefined],
];
for (const [text, name] of sources) {
  test(`the schema in: ${text.split('\n').at(-1)}`, () => assert.equal(schemaExport(text), name));
}

test('slipway.yaml of an app with a schema says only what the schema cannot know', () => {
  const schema = { from: 'src/env.ts#Env', text: 'export const Env = z.object({ PORT: p, USER_URL: z.url() })' };
  const { text, guesses } = serviceFileText(appFacts(["app.get('/healthz')"]), {
    localPort: 3004,
    services: ['user', 'order'],
    schema,
  });
  assert.equal(
    text.split('\n').slice(1).join('\n'),
    `http:
  ready: /healthz
  live: /healthz
environment:
  from: src/env.ts#Env
  properties:
    PORT:
      x-slipway:
        kind: plain
        local: "3004"
calls:
  USER_URL: user
`,
  );
  assert.ok(guesses.includes('USER_URL is the address of the service user'));
});
