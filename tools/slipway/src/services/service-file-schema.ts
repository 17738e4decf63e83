import { KEY_PATTERN } from './key-name.ts';

const words = { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } } as const;
const name = { type: 'string', minLength: 1 } as const;
const runnable = (what: string) =>
  [
    {
      type: 'object',
      description: `An Nx target ${what}`,
      properties: { target: { ...name, description: 'Name of the target' } },
      required: ['target'],
      additionalProperties: false,
    },
    {
      type: 'object',
      description: `A command ${what}`,
      properties: { command: { ...words, description: 'The program and its arguments, without a shell' } },
      required: ['command'],
      additionalProperties: false,
    },
  ] as const;
const schemaFile = {
  type: 'string',
  pattern: '\\.[cm]?[jt]sx?#.|\\.(json|ya?ml)(#|$)',
  description:
    'src/env.ts#Env: an export that is a schema (zod, valibot, arktype, TypeBox, JSON Schema); or a file of JSON Schema',
} as const;
const properties = {
  type: 'object',
  description: 'JSON Schema of each key; x-slipway says where its value comes from',
  additionalProperties: true,
} as const;

/** JSON Schema of `slipway.yaml`: what a file has to fit, what editors complete, and what docs/reference.md lists. */
export const serviceFileSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'slipway.yaml',
  description: 'What slipway cannot see in the code of a service. Every key may be absent.',
  type: ['object', 'null'],
  properties: {
    http: {
      type: 'object',
      description: 'Routes that answer 200 when all is well; without them, a pod is healthy while it listens',
      properties: {
        ready: {
          type: 'string',
          pattern: '^/',
          description: 'Route that says whether it takes requests, e.g. /health',
        },
        live: { type: 'string', pattern: '^/', description: 'Route that says whether it must be restarted' },
        port: { type: 'string', pattern: KEY_PATTERN, description: 'Environment key with its port; default PORT' },
        management: {
          type: 'string',
          pattern: KEY_PATTERN,
          description: 'Environment key with the port of these routes, if another',
        },
      },
      additionalProperties: false,
    },
    environment: {
      description:
        'What the service reads of its environment; default: `schema` of src/config.ts, or else PORT and HOST',
      anyOf: [
        schemaFile,
        {
          type: 'object',
          description: 'JSON Schema',
          properties: {
            properties,
            required: { type: 'array', items: { type: 'string' }, description: 'Keys that must have a value' },
          },
          required: ['properties'],
        },
        {
          type: 'object',
          description: 'A schema elsewhere, with additions to some keys',
          properties: { from: schemaFile, properties },
          required: ['from'],
        },
      ],
    },
    calls: {
      type: 'object',
      description: 'Other services that it calls: the environment key that holds the URL, and the service',
      additionalProperties: { type: 'string' },
    },
    build: {
      description: 'How its image is built; default: a bundle of src/main.ts',
      anyOf: [
        {
          type: 'object',
          description: 'An Nx target compiles it',
          properties: {
            target: { ...name, description: 'Nx target that compiles it' },
            entry: {
              type: 'string',
              pattern: '\\.[cm]?js$',
              description: 'The program in its output, e.g. dist/main.js',
            },
          },
          required: ['target', 'entry'],
          additionalProperties: false,
        },
        {
          type: 'object',
          description: 'The container engine builds it',
          properties: {
            dockerfile: { ...name, description: 'Relative to the service' },
            context: { ...name, description: 'Relative to the service; default: its folder' },
          },
          required: ['dockerfile'],
          additionalProperties: false,
        },
        {
          type: 'object',
          description: 'An image that others have built',
          properties: { image: { type: 'string', pattern: '@sha256:[0-9a-f]{64}$', description: 'NAME@sha256:…' } },
          required: ['image'],
          additionalProperties: false,
        },
      ],
    },
    run: { description: 'How it runs on this machine; default: as it is built', anyOf: runnable('that runs it') },
    database: {
      type: 'object',
      description: 'Its Postgres: embedded here, a StatefulSet on kind, a URL in production',
      properties: {
        url: { type: 'string', description: 'Environment key with its URL' },
        migrate: {
          description: 'What brings its tables up to date before it starts; default: src/migrate.ts, if there is one',
          anyOf: [...runnable('that migrates'), { const: 'none', description: 'Nothing migrates' }],
        },
        external: { type: 'boolean', description: 'A database that slipway does not run: you give its URL' },
      },
      required: ['url'],
      additionalProperties: false,
    },
  },
  additionalProperties: false,
} as const;
