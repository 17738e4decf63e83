import { randomInt } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packageClosure } from '../../../src/images/bundle/package-closure.ts';
import { freePorts } from '../../../src/dev/local/free-ports.ts';
import { isPortFree } from '../../../src/util/is-port-free.ts';

const repository = join(import.meta.dirname, '../../../../..');

export type FixtureWorkspace = {
  root: string;
  ports: { front: number; frontManagement: number; back: number; backManagement: number; database: number };
  write(path: string, content: string): Promise<void>;
  remove(): Promise<void>;
};

/**
 * A workspace of two services in a folder of its own: `front` calls `back`, `back` has a database with one row per
 * start of its process, and both import `@fixture/shared`, whose word they answer with.
 */
export async function makeFixtureWorkspace(): Promise<FixtureWorkspace> {
  const root = await mkdtemp(join(tmpdir(), 'slipway-fixture-'));
  const [front = 0, frontManagement = 0, backManagement = 0] = await freePorts(3);
  const back = await freeBackPort();
  const ports = { front, frontManagement, back, backManagement, database: databasePort(back) };
  const write = async (path: string, content: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  const plain = (value: number | string) => ({
    type: 'string',
    default: '8080',
    'x-slipway': { kind: 'plain', secret: false, local: String(value) },
  });
  const config = (keys: object) =>
    `export const schema = ${JSON.stringify({ type: 'object', properties: keys }, null, 2)};\n`;
  const packageJson = (name: string) =>
    JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './src/index.ts' });

  await write('nx.json', '{}');
  await write(
    'package.json',
    JSON.stringify({ name: 'fixture', private: true, type: 'module', workspaces: ['apps/*', 'libs/*'] }),
  );
  await write('libs/shared/package.json', packageJson('@fixture/shared'));
  await write('libs/shared/src/index.ts', "export const word: string = 'one';\n");
  await write('libs/unused/package.json', packageJson('@fixture/unused'));
  await write('libs/unused/src/index.ts', 'export const unused = 1;\n');
  for (const name of ['front', 'back']) {
    await write(`apps/${name}/package.json`, packageJson(`@fixture/${name}`));
    await write(`apps/${name}/k8s/fragment.yaml`, '');
  }
  await write(
    'apps/front/src/config.ts',
    config({
      PORT: plain(front),
      MANAGEMENT_PORT: plain(frontManagement),
      BACK_URL: { type: 'string', 'x-slipway': { kind: 'service-url', service: 'back' } },
      BACK_KEY: { type: 'string', 'x-slipway': { kind: 'shared-key', service: 'back' } },
    }),
  );
  await write('apps/front/src/main.ts', serve(''));
  await write(
    'apps/back/src/config.ts',
    config({
      PORT: plain(back),
      MANAGEMENT_PORT: plain(backManagement),
      DATABASE_URL: { type: 'string', 'x-slipway': { kind: 'postgres-url' } },
      FRONT_KEY: { type: 'string', 'x-slipway': { kind: 'accepted-key', service: 'front' } },
      ADMIN_PASSWORD: { type: 'string', 'x-slipway': { kind: 'generated-password', length: 24 } },
    }),
  );
  await write('apps/back/migrations/0001_starts.sql', 'select 1;\n');
  await write(
    'apps/back/src/migrate.ts',
    withClient("await client.query('CREATE TABLE IF NOT EXISTS starts (at timestamptz DEFAULT now())');"),
  );
  await write(
    'apps/back/src/main.ts',
    `${withClient("await client.query('INSERT INTO starts DEFAULT VALUES');\nconst { rowCount } = await client.query('SELECT FROM starts');")}${serve(', starts: rowCount')}`,
  );

  await mkdir(join(root, 'node_modules', '@fixture'), { recursive: true });
  await symlink('../../libs/shared', join(root, 'node_modules', '@fixture', 'shared'));
  for (const folder of packageClosure(repository, ['node_modules/pg'], () => true)) {
    await cp(join(repository, folder), join(root, folder), { recursive: true });
  }
  return { root, ports, write, remove: () => rm(root, { recursive: true, force: true }) };
}

/** The database's port follows from the service's, so both have to be free. */
function databasePort(port: number): number {
  return 54_300 + port - 3000;
}

async function freeBackPort(): Promise<number> {
  while (true) {
    const port = randomInt(9000, 14_000);
    if ((await isPortFree(port, '127.0.0.1')) && (await isPortFree(databasePort(port), '127.0.0.1'))) return port;
  }
}

function withClient(work: string): string {
  return `import pg from 'pg';
const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
${work}
await client.end();
`;
}

function serve(more: string): string {
  return `import { createServer } from 'node:http';
import { word } from '@fixture/shared';
const own = createServer((request, response) => response.end(JSON.stringify({ word, pid: process.pid, key: process.env.BACK_KEY ?? process.env.FRONT_KEY${more} })));
const management = createServer((request, response) => response.writeHead(request.url === '/healthz/ready' ? 200 : 404).end('{}'));
own.listen(Number(process.env.PORT), '127.0.0.1', () => management.listen(Number(process.env.MANAGEMENT_PORT), '127.0.0.1'));
console.log(JSON.stringify({ level: 30, time: Date.now(), msg: 'listening' }));
process.on('SIGINT', () => {
  for (const server of [own, management]) {
    server.close();
    server.closeAllConnections();
  }
});
`;
}
