import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A fake `docker`, first on the PATH, with these kind clusters: name → port of a node → port of this machine. */
export function fakeDocker(clusters: Record<string, Record<number, string>>): { restore: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-fake-docker-'));
  const cases = Object.entries(clusters).flatMap(([name, ports]) => {
    const json = Object.fromEntries(
      Object.entries(ports).map(([port, address]) => {
        const [, ip, hostPort] = /^(.*):(\d+)$/.exec(address)!;
        return [`${port}/tcp`, [{ HostIp: ip, HostPort: hostPort }]];
      }),
    );
    return [
      `  *label=io.x-k8s.kind.cluster=${name}\\ *) printf '%s\\t%s\\n' ${name}-control-plane control-plane ;;`,
      `  inspect*${name}-control-plane*) echo '${JSON.stringify(json)}' ;;`,
    ];
  });
  const script = ['#!/bin/sh', 'case "$*" in', ...cases, 'esac', ''].join('\n');
  writeFileSync(join(folder, 'docker'), script);
  chmodSync(join(folder, 'docker'), 0o755);
  const { PATH } = process.env;
  process.env.PATH = [folder, PATH ?? ''].join(delimiter);
  return {
    restore: () => {
      process.env.PATH = PATH;
      rmSync(folder, { recursive: true });
    },
  };
}
