import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { collectServiceSpecs } from '../../src/services/read-services.ts';
import { readServiceSpec } from '../../src/services/read-service.ts';
import type { KeySpec } from '../../src/services/service-spec.ts';
import { ValidationError } from '../../src/util/problems/validation-error.ts';
import { workspaceWith } from '../support/workspace-with.ts';

const packages = join(import.meta.dirname, '../../../../node_modules');
const SERVICE = 'packages/api';

function workspace(t: TestContext, files: Record<string, string>, installed: string[] = []): string {
  const root = workspaceWith(t, { 'package.json': '{}', ...files });
  for (const name of installed) {
    mkdirSync(dirname(join(root, 'node_modules', name)), { recursive: true });
    symlinkSync(join(packages, name), join(root, 'node_modules', name));
  }
  return root;
}

const shown = ({ name, source, secret, default: value, optional }: KeySpec) => [
  name,
  source.kind,
  ...(secret ? ['secret'] : []),
  value ?? (optional === true ? 'optional' : undefined),
];

const ENV_OF_EACH: [library: string, installed: string[], source: string][] = [
  [
    'zod',
    ['zod'],
    `import { z } from 'zod';
export const Env = z.object({
  PORT: z.coerce.number().int().min(1).default(3000).meta({ 'x-slipway': { kind: 'plain', local: '3001' } }),
  HELLO_URL: z.url().meta({ 'x-slipway': { kind: 'service-url', service: 'hello' } }),
  TAGS: z.string().default('a,b').transform((text) => text.split(',')),
  VERBOSE: z.stringbool().default(false),
  SENTRY_DSN: z.url().optional(),
  SESSION_SECRET: z.string().meta({ 'x-slipway': { kind: 'generated-password', length: 32 } }),
});`,
  ],
  [
    'valibot',
    ['valibot', '@valibot/to-json-schema'],
    `import * as v from 'valibot';
const slipway = (said: object) => v.metadata({ 'x-slipway': said });
export const Env = v.object({
  PORT: v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), slipway({ kind: 'plain', local: '3001' })), '3000'),
  HELLO_URL: v.pipe(v.string(), v.url(), slipway({ kind: 'service-url', service: 'hello' })),
  TAGS: v.pipe(v.optional(v.string(), 'a,b'), v.transform((text) => text.split(','))),
  VERBOSE: v.optional(v.boolean(), false),
  SENTRY_DSN: v.optional(v.pipe(v.string(), v.url())),
  SESSION_SECRET: v.pipe(v.string(), slipway({ kind: 'generated-password', length: 32 })),
});`,
  ],
  [
    'arktype',
    ['arktype'],
    `import { type } from 'arktype';
export const Env = type({
  PORT: 'string.integer.parse = "3000"',
  HELLO_URL: type('string.url').configure({ 'x-slipway': { kind: 'service-url', service: 'hello' } } as never),
  TAGS: [type('string').pipe((text) => text.split(',')), '=', 'a,b'],
  VERBOSE: 'boolean = false',
  'SENTRY_DSN?': 'string.url',
  SESSION_SECRET: type('string').configure({ 'x-slipway': { kind: 'generated-password', length: 32 } } as never),
});`,
  ],
  [
    'TypeBox',
    ['typebox'],
    `import Type from 'typebox';
export const Env = Type.Object({
  PORT: Type.Integer({ default: 3000, 'x-slipway': { kind: 'plain', local: '3001' } }),
  HELLO_URL: Type.String({ 'x-slipway': { kind: 'service-url', service: 'hello' } }),
  TAGS: Type.String({ default: 'a,b' }),
  VERBOSE: Type.Boolean({ default: false }),
  SENTRY_DSN: Type.Optional(Type.String()),
  SESSION_SECRET: Type.String({ 'x-slipway': { kind: 'generated-password', length: 32 } }),
});`,
  ],
];
for (const [library, installed, source] of ENV_OF_EACH) {
  test(`an environment by ${library}: defaults, edges, secrets, optional keys`, async (t) => {
    const yaml = 'environment: src/env.ts#Env';
    const files = { [`${SERVICE}/slipway.yaml`]: yaml, [`${SERVICE}/src/env.ts`]: source };
    const root = workspace(t, files, installed);
    const { keys, calls, configFile } = await readServiceSpec(root, SERVICE);
    assert.deepEqual([configFile, calls], [`${SERVICE}/src/env.ts`, ['hello']]);
    assert.deepEqual(keys.map(shown).sort(), [
      ['HELLO_URL', 'service-url', undefined],
      ['PORT', 'plain', '3000'],
      ['SENTRY_DSN', 'plain', 'optional'],
      ['SESSION_SECRET', 'generated-password', 'secret', undefined],
      ['TAGS', 'plain', 'a,b'],
      ['VERBOSE', 'plain', 'false'],
    ]);
  });
}

for (const [name, text] of [
  ['env.schema.json', '{ "properties": { "PORT": { "type": "integer", "default": 8080 } } }'],
  ['env.yaml', 'properties: { PORT: { type: integer, default: 8080 } }'],
] as const) {
  test(`an environment as data of any language: ${name}`, async (t) => {
    const root = workspace(t, { [`${SERVICE}/slipway.yaml`]: `environment: ${name}`, [`${SERVICE}/${name}`]: text });
    const { keys, configFile } = await readServiceSpec(root, SERVICE);
    assert.deepEqual([configFile, keys.map(shown)], [`${SERVICE}/${name}`, [['PORT', 'plain', '8080']]]);
  });
}

test('slipway.yaml says more of keys whose schema cannot say it, and edges in short', async (t) => {
  const root = workspace(t, {
    [`${SERVICE}/slipway.yaml`]: `environment:
  from: env.json
  properties: { API_TOKEN: { x-slipway: { kind: plain, secret: true, dev: x } } }
calls: { HELLO_URL: hello, USER_URL: user }
`,
    [`${SERVICE}/env.json`]: '{ "properties": { "API_TOKEN": { "type": "string" }, "HELLO_URL": { "minLength": 1 } } }',
  });
  const { keys, calls } = await readServiceSpec(root, SERVICE);
  assert.deepEqual(calls, ['hello', 'user']);
  assert.deepEqual(keys.map(shown), [
    ['API_TOKEN', 'plain', 'secret', undefined],
    ['HELLO_URL', 'service-url', undefined],
    ['USER_URL', 'service-url', undefined],
  ]);
});

test('sources are read as the workspace compiles them: paths, conditions, no extensions, CommonJS, enums', async (t) => {
  const root = workspace(t, {
    'tsconfig.base.json':
      '{"compilerOptions":{"paths":{"@acme/keys":["./libs/keys/src/index.ts"]},"customConditions":["@acme/source"]}}',
    [`${SERVICE}/tsconfig.json`]: '{"extends":"../../tsconfig.base.json"}',
    [`${SERVICE}/slipway.yaml`]: 'environment: src/env.cts#Env',
    'libs/keys/src/index.ts': "export * from './port';\n",
    'libs/keys/src/port.ts': 'export enum Port { usual = 3000 }\n',
    'node_modules/@acme/names/package.json':
      '{"name":"@acme/names","exports":{".":{"@acme/source":"./src/index.ts","default":"./dist/index.js"}}}',
    'node_modules/@acme/names/src/index.ts': "export const name: string = 'built from source';\n",
    [`${SERVICE}/src/legacy.js`]: "module.exports = { place: __dirname, json: require('./values.json') };\n",
    [`${SERVICE}/src/values.json`]: '{"a":1}',
    [`${SERVICE}/src/env.cts`]: `import { Port } from '@acme/keys';
import { name } from '@acme/names';
const { place, json } = require('./legacy');
module.exports = { Env: { properties: {
  PORT: { default: Port.usual }, NAME: { default: name }, PLACE: { default: place }, A: { default: json.a },
} } };
`,
  });
  const { keys } = await readServiceSpec(root, SERVICE);
  assert.deepEqual(
    keys.map((key) => key.default),
    ['3000', 'built from source', join(root, SERVICE, 'src'), '1'],
  );
});

const broken: [what: string, files: Record<string, string>, place: RegExp, message: RegExp][] = [
  ['a file that is not there', {}, /packages\/api\/slipway\.yaml/, /src\/env\.ts does not exist/],
  [
    'an export that is not there',
    { 'src/env.ts': 'export const Other = 1, Schema = 2;' },
    /src\/env\.ts/,
    /exports no `Env`.*it exports: Other, Schema/s,
  ],
  ['no schema', { 'src/env.ts': 'export const Env = 1;' }, /src\/env\.ts/, /`Env` is no schema of an object/],
  [
    'a schema of a library without JSON Schema',
    { 'src/env.ts': "export const Env = { '~standard': { vendor: 'zod', version: 1 } };" },
    /src\/env\.ts/,
    /says nothing of JSON Schema.*npm install zod@latest/s,
  ],
  [
    'valibot without its converter',
    { 'src/env.ts': "export const Env = { '~standard': { vendor: 'valibot', version: 1 } };" },
    /src\/env\.ts/,
    /npm install @valibot\/to-json-schema/,
  ],
  [
    'a key that looks secret and says nothing',
    {
      'src/env.ts':
        "export const Env = {\n  properties: {\n    PORT: {},\n    API_KEY: { type: 'string' },\n  },\n};\n",
    },
    /src\/env\.ts:4/,
    /API_KEY.*looks secret/,
  ],
  [
    'an exception, at its line',
    {
      'src/env.ts': "enum A { b }\nconst parse = () => {\n  throw new Error('no');\n};\nexport const Env = parse();\n",
    },
    /src\/env\.ts:3/,
    /throws on import: no/,
  ],
  [
    'an import that does not exist, at its line',
    { 'src/env.ts': "\nimport { a } from './b';\nexport const Env = a;\n" },
    /src\/env\.ts:2/,
    /Could not resolve "\.\/b"/,
  ],
];
for (const [what, files, place, message] of broken) {
  test(`a problem with file, line and fix: ${what}`, async (t) => {
    const own = Object.entries(files).map(([path, text]) => [`${SERVICE}/${path}`, text]);
    const root = workspace(t, {
      [`${SERVICE}/slipway.yaml`]: 'environment: src/env.ts#Env',
      ...Object.fromEntries(own),
    });
    const { problems } = await collectServiceSpecs(root);
    const said = new ValidationError(problems).message;
    assert.match(said, place);
    assert.match(said, message);
    assert.equal(said.includes(root), false, said);
  });
}

const unreadable: [yaml: string, message: RegExp][] = [
  ['environment: src/env.ts', /environment.*which export.*src\/env\.ts#NAME/s],
  ['environment: src/env.toml', /environment.*neither code nor data/s],
  ['environment: 3', /environment.*is no schema and no file/s],
  ['environment: { from: 3 }', /environment\.from.*neither code nor data/s],
  ['environment: { from: env.json, properties: 1 }', /environment\.properties.*is no object/s],
  ['calls: hello', /calls.*is no object/s],
  ['calls: { HELLO_URL: 1 }', /calls\.HELLO_URL.*names no service/s],
];
for (const [yaml, message] of unreadable) {
  test(`a problem in slipway.yaml: ${yaml}`, async (t) => {
    await assert.rejects(readServiceSpec(workspace(t, { [`${SERVICE}/slipway.yaml`]: yaml }), SERVICE), message);
  });
}
