import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { exec } from '@slipway/util/exec';
import { pack } from '../src/pack.ts';
import { foreignEnvironment, repository } from '../test/foreign-workspace.ts';
import { startRegistry } from '../test/registry-stand-in.ts';
import { follow } from '../test/tutorial/follow.ts';
import { tutorialSteps } from '../test/tutorial/steps.ts';

const root = mkdtempSync(join(tmpdir(), 'tutorial-'));
let registry: Awaited<ReturnType<typeof startRegistry>> | undefined;
after(() => {
  registry?.close();
  rmSync(root, { recursive: true, force: true });
});

// TUTORIAL_CLUSTER=1 deploys, too: to the cluster `acme`, which the last chapter deletes. Needs port 30080.
const provided = ['registry' as const, ...(process.env.TUTORIAL_CLUSTER === undefined ? [] : ['cluster' as const])];

test(`docs/tutorial.md to the letter, from an empty folder, with: ${provided.join(', ')}`, async () => {
  const tarballs = await pack(repository, join(root, 'tarballs'));
  const upstream = (await exec(['npm', 'config', 'get', 'registry'])).trim().replace(/\/$/, '');
  registry = await startRegistry(tarballs, upstream);
  const { KUBECONFIG: _, ...env } = foreignEnvironment(root);
  const withRegistry = { ...env, CI: 'true', npm_config_registry: registry.url };
  await follow(tutorialSteps(), { cwd: root, env: withRegistry, provided });
});
