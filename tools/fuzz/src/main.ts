import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const help = `Points schemathesis, with all its checks, at /openapi.json of a running stack: once as nobody, once as the admin.

  npm start -- --ephemeral -- node tools/fuzz/src/main.ts [--examples N] [--seed N]

Needs schemathesis (pip install schemathesis); SCHEMATHESIS names its program if it is not on the PATH.`;

const { values } = parseArgs({
  options: { help: { type: 'boolean' }, examples: { type: 'string', default: '60' }, seed: { type: 'string' } },
});
if (values.help) console.log(help);
else process.exitCode = await fuzz(values.examples, values.seed);

async function fuzz(examples: string, seed: string | undefined): Promise<number> {
  const { GATEWAY_URL, ADMIN_EMAIL, ADMIN_PASSWORD, SCHEMATHESIS = 'schemathesis' } = process.env;
  if (!GATEWAY_URL || !ADMIN_EMAIL || !ADMIN_PASSWORD) {
    console.error(`GATEWAY_URL, ADMIN_EMAIL and ADMIN_PASSWORD are needed.\n\n${help}`);
    return 2;
  }
  if (spawnSync(SCHEMATHESIS, ['--version']).status !== 0) {
    console.error(`${SCHEMATHESIS} does not run: python3 -m venv venv && venv/bin/pip install schemathesis`);
    return 2;
  }
  const token = await accessToken(GATEWAY_URL, ADMIN_EMAIL, ADMIN_PASSWORD);
  const callers = { nobody: [], admin: ['--header', `Authorization: Bearer ${token}`] };
  let isClean = true;
  for (const [caller, options] of Object.entries(callers)) {
    console.log(`\nAs ${caller}`);
    const config = ['--config-file', join(import.meta.dirname, '../schemathesis.toml'), '--no-color'];
    const run = [
      'run',
      `${GATEWAY_URL}/openapi.json`,
      '--checks',
      'all',
      '--max-examples',
      examples,
      '--continue-on-failure',
    ];
    const args = [...config, ...run, ...options, ...(seed === undefined ? [] : ['--seed', seed])];
    isClean = spawnSync(SCHEMATHESIS, args, { stdio: 'inherit' }).status === 0 && isClean;
  }
  return isClean ? 0 : 1;
}

async function accessToken(gatewayUrl: string, email: string, password: string): Promise<string> {
  const response = await fetch(`${gatewayUrl}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const { accessToken: token, detail } = (await response.json()) as { accessToken?: string; detail?: string };
  if (token === undefined) throw new Error(`the admin cannot sign in: ${response.status} ${detail}`);
  return token;
}
