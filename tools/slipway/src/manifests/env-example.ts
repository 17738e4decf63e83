import type { KeyContract, ServiceContract } from '../contract/service-contract.ts';

/** Text of the service's `.env.example`: every key of its environment, in the order in which config.ts declares them. */
export function envExample(contract: ServiceContract): string {
  const entries = contract.keys.map((key) => `# ${key.description}${remark(key)}\n${key.name}=${example(key)}\n`);
  return [`# Derived from src/config.ts by slipway. \`npm start\` makes .env with what is secret.\n`, ...entries].join(
    '\n',
  );
}

function remark({ secret, source }: KeyContract): string {
  if (source.kind === 'service-url' || source.kind === 'postgres-url') return '';
  return secret ? ' (secret; made up on first start)' : '';
}

function example({ source, default: fallback }: KeyContract): string {
  if (source.kind === 'service-url') return `http://${source.service}`;
  if (source.kind === 'plain') return source.dev ?? fallback ?? '';
  return '';
}
