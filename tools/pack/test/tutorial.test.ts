import { rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { type ForeignWorkspace, makeForeignWorkspace } from './foreign-workspace.ts';
import { follow } from './tutorial/follow.ts';
import { tutorialSteps } from './tutorial/steps.ts';

let workspace: ForeignWorkspace | undefined;
after(() => workspace && rmSync(workspace.root, { recursive: true, force: true }));

test('the code blocks of docs/tutorial.md do what the page says, from slipway on to the cluster', async () => {
  // In place of the blocks that need a registry: an app as that chapter leaves it, without packages that only it has.
  workspace = await makeForeignWorkspace({
    'package.json': JSON.stringify({
      name: '@acme/source',
      private: true,
      devDependencies: { slipway: '0.1.0', '@slipway/cluster': '0.1.0' },
    }),
    'nx.json': JSON.stringify({ analytics: false, neverConnectToCloud: true }),
    'tsconfig.base.json': '{ "compilerOptions": { "module": "nodenext", "strict": true } }',
    '.gitignore': 'node_modules\ndist\n.nx\ntarballs\n',
    // A project of its own kind: for a package, the generator of chapter 5 asks npm, which would remove what is not declared.
    'apps/hello/project.json': JSON.stringify({ name: 'hello' }),
    'apps/hello/src/main.ts': `import Fastify from 'fastify';
import health from './app/routes/health';
import root from './app/routes/root';

const host = process.env.HOST ?? 'localhost';
const port = process.env.PORT ? Number(process.env.PORT) : 3000;
const server = Fastify({ logger: true });
server.register(root);
server.register(health);
server.listen({ port, host });
`,
    'apps/hello/src/app/routes/root.ts': `import type { FastifyInstance } from 'fastify';

export default async function (fastify: FastifyInstance) {
  fastify.get('/', async function () {
    return { message: 'Hello API' };
  });
}
`,
  });
  await workspace.nx('g', 'slipway:init');
  const path = [join(workspace.root, 'node_modules/.bin'), workspace.env.PATH].join(delimiter);
  await follow(tutorialSteps(), { cwd: workspace.root, env: { ...workspace.env, PATH: path }, provided: [] });
});
