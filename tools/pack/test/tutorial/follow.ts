import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exec } from '@slipway/util/exec';
import type { Need, Step } from './steps.ts';

/** Safety limits, ms. */
const LIMIT_MS = 1_500_000;
const READY_MS = 600_000;
/** How `slipway start` prints where a service is. */
const ADDRESS = /([a-z-]+):? +(http:\/\/127\.0\.0\.1:\d+)/g;

/**
 * Does what the steps say, in `cwd`; leaves out blocks whose need is not among `provided`. Services run at free ports, as
 * others may use those of the page: its addresses are replaced.
 */
export async function follow(
  steps: Step[],
  { cwd, env, provided }: { cwd: string; env: NodeJS.ProcessEnv; provided: Need[] },
): Promise<void> {
  let folder = cwd;
  let running: Running | undefined;
  const end = async () => {
    await running?.stop();
    running = undefined;
  };
  try {
    for (const step of steps) {
      if (step.kind === 'chapter') await end();
      else if (step.kind === 'file') {
        mkdirSync(dirname(join(folder, step.path)), { recursive: true });
        writeFileSync(join(folder, step.path), step.text);
      } else if (step.need !== undefined && !provided.includes(step.need)) continue;
      else if (step.keepsRunning) running = await keepRunning(step.lines[0]!, folder, env);
      else {
        let output = '';
        for (const line of step.lines) {
          const target = /^cd (\S+)$/.exec(line)?.[1];
          if (target !== undefined) folder = join(folder, target);
          else output += await run(running?.readdressed(line) ?? line, step.line, folder, env);
        }
        for (const expected of step.expected)
          assert.ok(output.includes(expected), `tutorial.md:${step.line}: "${expected}" is not in:\n${output}`);
      }
    }
  } finally {
    await end();
  }
}

async function run(line: string, at: number, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  console.log(`tutorial.md:${at}: ${line}`);
  try {
    return await exec(['bash', '-c', line], { cwd, env, timeoutMs: LIMIT_MS });
  } catch (error) {
    throw new Error(`tutorial.md:${at}: ${line}`, { cause: error });
  }
}

type Running = { stop: () => Promise<void>; readdressed: (line: string) => string };

async function keepRunning(line: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Running> {
  console.log(line);
  const child = spawn('bash', ['-c', `exec ${line} --ephemeral`], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const stop = () => stopped(child);
  const deadline = Date.now() + READY_MS;
  while (!/All ready after/.test(output)) {
    if (child.exitCode !== null || /Not everything is ready/.test(output) || Date.now() > deadline) {
      await stop();
      throw new Error(`${line} did not get ready:\n${output}`);
    }
    await sleep(200);
  }
  // Ports begin at 3000, in the order in which services were adopted.
  const addresses = new Map([...output.matchAll(ADDRESS)].map(([, name, url]) => [name!, url!]));
  const pages = { hello: 'http://127.0.0.1:3000', greeter: 'http://127.0.0.1:3001' };
  return {
    stop,
    readdressed: (text) =>
      Object.entries(pages).reduce((said, [name, page]) => said.replace(page, addresses.get(name) ?? page), text),
  };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  // As Ctrl-C does: to npx and to what it has started.
  process.kill(-child.pid!, 'SIGINT');
  await once(child, 'exit');
}
