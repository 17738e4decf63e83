import type { KeySpec, ServiceSpec } from '../services/service-spec.ts';
import { declaredValue } from '../services/declared-value.ts';
import { clusterTarget } from './defaults/cluster-target.ts';
import { startCommand } from '../util/commands.ts';

/** Text of the service's `.env.example`: every key of its environment, in the order in which config.ts declares them. */
export function envExample(serviceSpec: ServiceSpec): string {
  const entries = serviceSpec.keys.map((key) => `# ${key.description}${remark(key)}\n${line(key)}\n`);
  return [
    `# Derived from ${serviceSpec.configFile.slice(serviceSpec.root.length + 1)} by slipway. \`${startCommand()}\` makes .env with what is secret.\n`,
    ...entries,
  ].join('\n');
}

function remark({ secret, source, optional }: KeySpec): string {
  if (source.kind === 'service-url' || source.kind === 'postgres-url') return '';
  if (optional === true) return secret ? ' (secret; optional)' : ' (optional)';
  return secret ? ' (secret; generated on first start)' : '';
}

function line(key: KeySpec): string {
  const value = example(key);
  return `${key.optional === true && value === '' ? '# ' : ''}${key.name}=${value}`;
}

function example(key: KeySpec): string {
  if (key.source.kind === 'service-url') return clusterTarget.serviceUrl(key.source.service);
  return key.source.kind === 'plain' ? (declaredValue(key, 'kind') ?? '') : '';
}
