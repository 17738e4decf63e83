import { join } from 'node:path';
import { build } from 'esbuild';
import type { Contender } from '../contender.ts';
import { freePort } from '@slipway/testing/http';

const workspaceRoot = join(import.meta.dirname, '../../..');

/** The bundle that goes into the image, as its container starts it, with everything on. */
export const ours: Contender = {
  name: 'slipway gateway',
  does: 'ES256 tokens with cache, header rules, request ids, traces, access log to a file, metrics',
  token: ({ es256 }) => es256,
  async prepare({ folder, port, upstreamPort }) {
    const bundle = join(folder, 'gateway.mjs');
    await build({
      absWorkingDir: workspaceRoot,
      entryPoints: ['apps/gateway/src/main.ts'],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      minify: true,
      keepNames: true,
      legalComments: 'none',
      logLevel: 'error',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    const upstream = `http://127.0.0.1:${upstreamPort}`;
    return {
      command: [process.execPath, bundle],
      logFile: join(folder, 'access.log'),
      environment: {
        NODE_ENV: 'production',
        // The page wants its files beside it, which this bundle leaves out.
        API_DOCS: 'off',
        HOST: '127.0.0.1',
        PORT: String(port),
        MANAGEMENT_PORT: String(await freePort()),
        USER_URL: upstream,
        PRODUCT_URL: upstream,
        ORDER_URL: upstream,
        USER_KEY: 'k'.repeat(32),
        ORDER_KEY: 'k'.repeat(32),
      },
    };
  },
};
