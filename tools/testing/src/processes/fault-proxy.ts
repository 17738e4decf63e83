import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type FaultProxy = {
  /** For the caller, in place of the callee's own address. */
  url: string;
  /** Where it leads; nowhere before the first call. */
  leadTo(port: number): Promise<void>;
  /** From now on, for connections that are open too. One at a time. */
  inject(fault: Fault): Promise<void>;
  /** Ends what was injected. */
  heal(): Promise<void>;
  close(): Promise<void>;
};

export type Fault =
  /** Every answer comes so much later. */
  | { kind: 'slow'; latencyMs: number }
  /** Connections are refused, open ones closed. */
  | { kind: 'refusing' }
  /** The callee hears every request and answers; its answer is dropped and the connection closed. */
  | { kind: 'losing-answers' }
  /** So many bytes of the answers on a connection come through, then it is closed. */
  | { kind: 'breaking-off'; bytes: number };

const program = join(import.meta.dirname, '../../fault-proxy');
const proxyName = 'callee';
const nowhere = '127.0.0.1:1';

/** A real proxy between two processes: Toxiproxy, built with Go. */
export async function startFaultProxy(): Promise<FaultProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'fault-proxy-'));
  const binary = join(folder, 'fault-proxy');
  execFileSync('go', ['build', '-o', binary, '.'], { cwd: program, env: { ...process.env, CGO_ENABLED: '0' } });
  const child = spawn(binary, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [api] = (await once(createInterface(child.stdout), 'line')) as [string];

  async function call(method: string, path: string, body?: object): Promise<{ listen: string }> {
    const response = await fetch(`http://${api}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as { listen: string };
  }

  const addToxic = (type: string, attributes: object) =>
    call('POST', `/proxies/${proxyName}/toxics`, { name: 'fault', type, stream: 'downstream', attributes });
  const { listen } = await call('POST', '/proxies', { name: proxyName, listen: '127.0.0.1:0', upstream: nowhere });
  return {
    url: `http://${listen}`,
    leadTo: async (port) => void (await call('POST', `/proxies/${proxyName}`, { upstream: `127.0.0.1:${port}` })),
    async inject(fault) {
      switch (fault.kind) {
        case 'slow':
          return void (await addToxic('latency', { latency: fault.latencyMs }));
        case 'refusing':
          return void (await call('POST', `/proxies/${proxyName}`, { enabled: false }));
        case 'losing-answers':
          return void (await addToxic('limit_data', { bytes: 0 }));
        case 'breaking-off':
          return void (await addToxic('limit_data', { bytes: fault.bytes }));
      }
    },
    heal: async () => void (await call('POST', '/reset')),
    async close() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
