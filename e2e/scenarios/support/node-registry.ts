import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { CONTROL_PLANE } from './stack.ts';

const PORT = 5077;

/**
 * A real OCI registry. It runs in the node, and this machine's port leads there: so it is 127.0.0.1 for both, as
 * containerd's plain HTTP wants it.
 */
export async function openNodeRegistry(): Promise<{ host: string; close: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-registry-'));
  const binary = join(folder, 'registry');
  const source = join(workspaceRoot, 'tools/slipway/test/images/publish/server');
  execFileSync('go', ['build', '-o', binary, '.'], { cwd: source, env: { ...process.env, CGO_ENABLED: '0' } });
  execFileSync('docker', ['cp', binary, `${CONTROL_PLANE}:/root/registry`]);
  rmSync(folder, { recursive: true });
  const run = ['exec', '--interactive', CONTROL_PLANE, '/root/registry', `0.0.0.0:${PORT}`, '/root/blobs'];
  const registry = spawn('docker', run, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(createInterface(registry.stdout), 'line');
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const address = execFileSync('docker', ['inspect', '--format', format, CONTROL_PLANE], { encoding: 'utf8' }).trim();
  const forward = createServer((socket) => {
    const upstream = connect(PORT, address);
    socket.pipe(upstream).pipe(socket);
    for (const end of [socket, upstream]) end.on('error', () => [socket, upstream].forEach((each) => each.destroy()));
  });
  await once(forward.listen(PORT, '127.0.0.1'), 'listening');
  return {
    host: `127.0.0.1:${PORT}`,
    close: () => {
      registry.stdin.end();
      forward.close();
      execFileSync('docker', ['exec', CONTROL_PLANE, 'rm', '-rf', '/root/registry', '/root/blobs']);
    },
  };
}
