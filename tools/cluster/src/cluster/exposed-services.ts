import { parseJson } from '@slipway/util/json';
import { run } from '../core/run.ts';
import { kubectl } from './kubectl.ts';

/** A Service of type NodePort that kind has mapped to this machine. */
export type ExposedService = { namespace: string; name: string; url: string };

type Services = {
  items: {
    metadata: { name: string; namespace: string };
    spec: { type?: string; ports?: { nodePort?: number }[] };
  }[];
};
type Mappings = Record<string, { HostIp: string; HostPort: string }[] | null>;

/** What is reached from this machine, and where. */
export async function exposedServices(cluster: string, nodes: string[]): Promise<ExposedService[]> {
  const services = await kubectl(cluster, ['get', 'services', '--all-namespaces', '--output=json']);
  const ports = await run(['docker', 'inspect', '--format', '{{json .NetworkSettings.Ports}}', ...nodes]);
  const mappings = ports.split('\n').filter((line) => line !== '');
  return parseExposed(
    parseJson(services, 'the answer of kubectl'),
    mappings.map((line) => parseJson<Mappings>(line, 'the answer of docker inspect')),
  );
}

export function parseExposed({ items }: Services, mappings: Mappings[]): ExposedService[] {
  return items.flatMap(({ metadata: { name, namespace }, spec }) => {
    if (spec.type !== 'NodePort') return [];
    const mapped = (spec.ports ?? []).flatMap(({ nodePort }) =>
      mappings.flatMap((map) => map[`${nodePort}/tcp`] ?? []),
    );
    return mapped
      .slice(0, 1)
      .map(({ HostIp, HostPort }) => ({ namespace, name, url: `http://${host(HostIp)}:${HostPort}` }));
  });
}

/** A wildcard is where others listen, not where one connects to. */
function host(ip: string): string {
  if (ip === '' || ip === '0.0.0.0') return '127.0.0.1';
  if (ip === '::') return '[::1]';
  return ip.includes(':') ? `[${ip}]` : ip;
}
