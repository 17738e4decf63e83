import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { freePort, startUpstream, unreachableServices, type UpstreamHandler } from '@slipway/testing/http';
import { createIssuer } from '@slipway/testing/shop';
import { schema } from '../src/config.ts';
import { orderKey, userKey } from './start-gateway.ts';
import { until } from './until.ts';

/** The gateway as a process of its own, with its default bounds: what ends it must not end the test. */
export async function startGatewayProcess(t: TestContext, products: UpstreamHandler, logLevel = 'warn') {
  const issuer = await createIssuer();
  const user = await startUpstream((_request, response) => void response.end(JSON.stringify(issuer.jwks)));
  const product = await startUpstream(products);
  const [port, managementPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: String(port),
      MANAGEMENT_PORT: String(managementPort),
      ...unreachableServices(schema),
      USER_URL: user.url,
      PRODUCT_URL: product.url,
      ORDER_URL: user.url,
      USER_KEY: userKey,
      ORDER_KEY: orderKey,
      LOG_LEVEL: logLevel,
    },
  });
  const lines: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (lines.length < 10_000) lines.push(...text.split('\n'));
  });
  t.after(async () => {
    child.kill('SIGKILL');
    await Promise.all([user.close(), product.close()]);
  });
  const management = (path: string) => fetch(`http://127.0.0.1:${managementPort}${path}`);
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}`);
    return management('/healthz').then(
      ({ status }) => status === 200,
      () => false,
    );
  }, 90_000);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    management,
    lines,
    /** Stopped, it finds all at once what has come meanwhile. */
    stop: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    /** Resident memory, MiB. */
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
  };
}
