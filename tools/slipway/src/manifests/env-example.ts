import type { KeySpec, ServiceSpec } from '../services/service-spec.ts';
import { declaredValue } from '../services/declared-value.ts';
import { clusterTarget } from './defaults/cluster-target.ts';
import { startCommand } from '../util/commands.ts';

/** Text of the service's `.env.example`: every key of its environment, in the order in which config.ts declares them. */
export function envExample(serviceSpec: ServiceSpec): string {
  const entries = serviceSpec.keys.map((key) => `# ${key.description}${remark(key)}\n${key.name}=${example(key)}\n`);
  return [
    `# Derived from src/config.ts by slipway. \`${startCommand()}\` makes .env with what is secret.\n`,
    ...entries,
  ].join('\n');
}

function remark({ secret, source }: KeySpec): string {
  if (source.kind === 'service-url' || source.kind === 'postgres-url') return '';
  return secret ? ' (secret; made up on first start)' : '';
}

function example(key: KeySpec): string {
  if (key.source.kind === 'service-url') return clusterTarget.serviceUrl(key.source.service);
  return key.source.kind === 'plain' ? (declaredValue(key, 'kind') ?? '') : '';
}
