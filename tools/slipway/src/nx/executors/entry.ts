import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheDir } from '../../util/workspace/cache-dir.ts';

// Before an executor is imported: what it imports takes more than half of a no-op deploy's CPU time to compile.
enableCompileCache(join(cacheDir(), 'compiled'));

/** An executor that is imported when it is called, by then from the compile cache. */
function lazily<Arguments extends unknown[], Result>(
  load: () => Promise<(...args: Arguments) => Promise<Result>>,
): (...args: Arguments) => Promise<Result> {
  return async (...args) => (await load())(...args);
}

function lazilyStreamed<Arguments extends unknown[], Item>(
  load: () => Promise<(...args: Arguments) => AsyncGenerator<Item>>,
): (...args: Arguments) => AsyncGenerator<Item> {
  return async function* (...args) {
    yield* (await load())(...args);
  };
}

export const assemble = lazily(async () => (await import('./assemble/executor.ts')).assembleExecutor);
export const backup = lazily(async () => (await import('./backup/executor.ts')).backupExecutor);
export const control = lazily(async () => (await import('./control/executor.ts')).controlExecutor);
export const debug = lazily(async () => (await import('./debug/executor.ts')).debugExecutor);
export const deployKind = lazily(async () => (await import('./deploy-kind/executor.ts')).deployKind);
export const deployServices = lazily(async () => (await import('./deploy-kind/executor.ts')).deployServices);
export const deployKindBatch = lazilyStreamed(async () => (await import('./deploy-kind/executor.ts')).deployKindBatch);
export const devKind = lazily(async () => (await import('./dev-kind/executor.ts')).devKind);
export const diff = lazily(async () => (await import('./diff/executor.ts')).diffExecutor);
export const externalSecrets = lazily(
  async () => (await import('./external-secrets/executor.ts')).externalSecretsExecutor,
);
export const image = lazily(async () => (await import('./image/executor.ts')).imageExecutor);
export const logs = lazily(async () => (await import('./logs/executor.ts')).logsExecutor);
export const psql = lazily(async () => (await import('./psql/executor.ts')).psqlExecutor);
export const render = lazily(async () => (await import('./render/executor.ts')).renderExecutor);
export const reset = lazily(async () => (await import('./reset/executor.ts')).resetExecutor);
export const restore = lazily(async () => (await import('./restore/executor.ts')).restoreExecutor);
export const rotateSecrets = lazily(async () => (await import('./rotate-secrets/executor.ts')).rotateSecretsExecutor);
export const run = lazily(async () => (await import('./run/executor.ts')).run);
export const serve = lazilyStreamed(async () => (await import('./serve/executor.ts')).serve);
export const status = lazily(async () => (await import('./status/executor.ts')).statusExecutor);
export const target = lazily(async () => (await import('./target/executor.ts')).target);
export const teardown = lazily(async () => (await import('./teardown/executor.ts')).teardownExecutor);
export const ui = lazily(async () => (await import('./ui/executor.ts')).uiExecutor);
