import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';

/** The environment of the service `shop`: a database, a pool of 5, a secret. */
export const CONFIG = `
const key = (kind, details = {}, schema = {}) => ({ type: 'string', description: 'd', ...schema, 'x-slipway': { kind, ...details } });
export const schema = { properties: {
  PORT: key('plain', {}, { default: 8080 }), MANAGEMENT_PORT: key('plain', {}, { default: 9090 }),
  LOG_LEVEL: key('plain', {}, { default: 'info' }), DATABASE_URL: key('postgres-url', { maxConnections: 60 }),
  POOL: key('plain', { isPoolSize: true }, { type: 'integer', minimum: 1, default: 5 }), ADMIN: key('plain', { secret: true, dev: 'me' }),
} };`;

const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** A workspace with one service `shop`, plus or instead the given files. */
export function workspace(files: Record<string, string | Buffer> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'slipway-assemble-'));
  folders.push(root);
  const all = {
    'package.json': '{"type":"module"}',
    'apps/shop/src/config.ts': CONFIG,
    'apps/shop/k8s/fragment.yaml': '# nothing\n',
    'apps/shop/migrations/0001_first.sql': 'select 1;',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}
export const settings = (workspaceRoot: string) => ({
  workspaceRoot,
  stack: 'demo',
  workspace: 'demo',
  cluster: 'demo',
  defaultCluster: 'demo',
});
