const manifest = (name: string, more: object = {}) =>
  JSON.stringify({ name: `@acme/${name}`, private: true, version: '0.0.0', type: 'module', ...more });

/**
 * A service that needs what images break: addons, a worker, files beside the code, transports, JSON of a package, a
 * library of the workspace, and a folder that is imported by name.
 */
export const anywhere: Record<string, string> = {
  'services/anywhere/package.json': manifest('anywhere', { dependencies: { '@acme/words': '*' } }),
  'services/anywhere/slipway.yaml': 'http: { ready: /health }\n',
  'services/anywhere/src/page (1) #2.html': '<p>page</p>\n',
  'services/anywhere/src/plugins/a.ts': "export const name: string = 'plugin a';\n",
  'services/anywhere/src/plugins/b.ts': "export const name: string = 'plugin b';\n",
  'services/anywhere/src/worker.ts': `import { parentPort } from 'node:worker_threads';
import { greet } from '@acme/words';
parentPort?.postMessage(greet('worker'));
`,
  'services/anywhere/src/main.ts': `import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Worker } from 'node:worker_threads';
import bcrypt from 'bcrypt';
import facts from 'ajv/package.json' with { type: 'json' };
import { pino } from 'pino';
import sharp from 'sharp';
import { greet } from '@acme/words';

const logger = pino({ transport: { targets: [{ target: 'pino/file', options: { destination: 1 } }] } });

async function answer(): Promise<object> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url));
  const [said] = (await once(worker, 'message')) as [string];
  const plugins = readdirSync(new URL('./plugins/', import.meta.url)).sort();
  const loaded = await Promise.all(plugins.map((file) => import(\`./plugins/\${file}\`) as Promise<{ name: string }>));
  const picture = sharp({ create: { width: 3, height: 2, channels: 3, background: 'red' } }).png();
  logger.info('logged by a transport');
  return {
    native: await bcrypt.compare('x', await bcrypt.hash('x', 4)),
    width: (await picture.toBuffer({ resolveWithObject: true })).info.width,
    said,
    plugins: loaded.map(({ name }) => name),
    page: readFileSync(new URL('./page%20(1)%20%232.html', import.meta.url), 'utf8').trim(),
    json: facts.name,
    greeting: greet('main'),
  };
}
createServer((request, response) => {
  if (request.url === '/health') return void response.end('ok');
  answer().then(
    (body) => response.end(JSON.stringify(body)),
    (error: Error) => response.end(JSON.stringify({ error: error.stack })),
  );
}).listen(Number(process.env.PORT), '0.0.0.0');
`,
  'libs/words/package.json': manifest('words', { exports: './src/index.ts' }),
  'libs/words/src/index.ts': `import { readFileSync } from 'node:fs';
const word = readFileSync(new URL('./word.txt', import.meta.url), 'utf8').trim();
export const greet = (who: string): string => \`\${word} \${who}\`;
`,
  'libs/words/src/word.txt': 'hello\n',
};

/** What it answers. */
export const ANSWER = {
  native: true,
  width: 3,
  said: 'hello worker',
  plugins: ['plugin a', 'plugin b'],
  page: '<p>page</p>',
  json: 'ajv',
  greeting: 'hello main',
};
