/** Files of services as other teams have them: by other frameworks, compilers, languages and migration tools. */
const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
const manifest = (name: string, more: object = {}) =>
  json({ name: `@acme/${name}`, private: true, version: '0.0.0', ...more });
const commonJs = {
  compilerOptions: {
    module: 'commonjs',
    target: 'es2022',
    outDir: 'dist',
    rootDir: 'src',
    skipLibCheck: true,
    esModuleInterop: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    types: ['node'],
  },
  include: ['src'],
};
const build = {
  executor: 'nx:run-commands',
  dependsOn: ['^build'],
  outputs: ['{projectRoot}/dist'],
  cache: true,
  options: { command: 'npx tsc -p tsconfig.json', cwd: '{projectRoot}' },
};
const environment = (port: number, more: object = {}) =>
  json({
    properties: {
      PORT: { type: 'integer', default: 3000, 'x-slipway': { kind: 'plain', local: String(port) } },
      ...more,
    },
  });

/** Express with a library of the workspace, compiled by tsc. */
const express = {
  'services/web/package.json': manifest('web', { dependencies: { '@acme/greet': '*' } }),
  'services/web/project.json': json({ name: 'web', targets: { build } }),
  'services/web/tsconfig.json': json(commonJs),
  'services/web/src/main.ts': `import express from 'express';
import { greet } from '@acme/greet';
const app = express();
app.get('/health', (_request, response) => void response.send('ok'));
app.get('/', (_request, response) => void response.json({ greeting: greet('web') }));
app.get('/go', async (_request, response) => void response.json(await (await fetch(process.env.GO_URL!)).json()));
app.listen(Number(process.env.PORT));
`,
  'services/web/slipway.yaml': `build: { target: build, entry: dist/main.js }
http: { ready: /health }
environment: ${environment(3601, { GO_URL: { type: 'string', 'x-slipway': { kind: 'service-url', service: 'gosvc' } } })}`,
  'libs/greet/package.json': manifest('greet', { main: 'dist/index.js', types: 'dist/index.d.ts' }),
  'libs/greet/project.json': json({ name: 'greet', targets: { build } }),
  'libs/greet/tsconfig.json': json({
    ...commonJs,
    compilerOptions: { ...commonJs.compilerOptions, declaration: true },
  }),
  'libs/greet/src/index.ts': 'export const greet = (name: string): string => `hello ${name}`;\n',
};

/** Nest with its decorators, whose metadata only a compiler of the whole program writes. */
const nest = {
  'services/nest/package.json': manifest('nest'),
  'services/nest/project.json': json({ name: 'nest', targets: { build } }),
  'services/nest/tsconfig.json': json(commonJs),
  'services/nest/src/main.ts': `import 'reflect-metadata';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
@Injectable() class Greeter { greet() { return { greeting: 'hello nest' }; } }
@Controller() class Greetings {
  constructor(private readonly greeter: Greeter) {}
  @Get() root() { return this.greeter.greet(); }
  @Get('health') health() { return 'ok'; }
}
@Module({ controllers: [Greetings], providers: [Greeter] }) class App {}
void NestFactory.create(App).then((app) => app.listen(Number(process.env.SERVER_PORT), '0.0.0.0'));
`,
  'services/nest/slipway.yaml': `build: { target: build, entry: dist/main.js }
http: { port: SERVER_PORT, ready: /health }
environment:
  properties: { SERVER_PORT: { type: integer, default: 3000, x-slipway: { kind: plain, local: '3602' } } }
`,
};

/** A static Go binary in an image of nothing else. */
const go = {
  'services/gosvc/go.mod': 'module gosvc\ngo 1.21\n',
  'services/gosvc/main.go': `package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{\\"greeting\\":\\"hello go\\"}") })
	if err := http.ListenAndServe(":"+os.Getenv("PORT"), nil); err != nil {
		panic(err)
	}
}
`,
  'services/gosvc/Dockerfile': 'FROM scratch\nCOPY bin/server /server\nENTRYPOINT ["/server"]\n',
  'services/gosvc/slipway.yaml': `build: { dockerfile: Dockerfile }
run: { command: [go, run, .] }
http: { ready: /health }
environment: ${environment(3603)}`,
};

/** Postgres, with knex' migrations. */
const store = {
  'services/store/package.json': manifest('store', { type: 'module' }),
  'services/store/knexfile.cjs': `module.exports = { client: 'pg', connection: process.env.DATABASE_URL, migrations: { directory: './migrations' } };
`,
  'services/store/migrations/20260101000000_items.cjs': `exports.up = (knex) => knex.schema.createTable('items', (table) => { table.increments(); table.string('name'); });
exports.down = (knex) => knex.schema.dropTable('items');
`,
  'services/store/src/main.ts': `import { createServer } from 'node:http';
import pg from 'pg';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
const server = createServer(async (request, response) => {
  try {
    if (request.method === 'POST') await pool.query("insert into items (name) values ('thing')");
    const { rows } = await pool.query('select name from items');
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ items: rows.length }));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(Number(process.env.PORT), '0.0.0.0');
`,
  'services/store/slipway.yaml': `http: { ready: / }
database: { url: DATABASE_URL, migrate: { command: [npx, knex, migrate:latest, --knexfile, knexfile.cjs] } }
environment: ${environment(3604)}`,
};

export const foreignServices: Record<string, string> = { ...express, ...nest, ...go, ...store };
/** What the services import, at versions that this test was written against. */
export const foreignPackages = {
  '@nestjs/common': '11',
  '@nestjs/core': '11',
  '@nestjs/platform-express': '11',
  'reflect-metadata': '0.2',
  rxjs: '7',
  express: '5',
  '@types/express': '5',
  '@types/node': '24',
  knex: '3',
  pg: '8',
  typescript: '5.9',
};
