import type { Fault } from '../faults/fault.ts';
import { FaultsError } from '../faults/faults-error.ts';
import type { KeyContract, KeySource, ServiceContract } from './service-contract.ts';

type KeySchema = {
  type?: string;
  description?: string;
  default?: string | number | boolean;
  'x-slipway'?: { kind?: string; secret?: boolean; [detail: string]: unknown };
};

/** Secrets by nature, whatever the schema says. */
const SECRET_KINDS = ['postgres-url', 'generated-password', 'key-pair', 'shared-key', 'accepted-key'];
const KINDS = [...SECRET_KINDS, 'plain', 'service-url'];
/** What a shell, an env file and a ConfigMap all accept as a name. */
const KEY_NAME = /^[A-Z][A-Z0-9_]*$/;

/** The contract in an environment schema (JSON Schema with `x-slipway`). Throws FaultsError with every fault. */
export function parseContract(
  service: { name: string; root: string; configFile: string },
  schema: unknown,
): ServiceContract {
  const file = service.configFile;
  const properties = (schema as { properties?: Record<string, KeySchema> } | undefined)?.properties;
  if (properties === undefined || typeof properties !== 'object') {
    throw new FaultsError([
      { file, problem: 'it exports no `schema` of the environment', cure: 'export const schema = environment({ … })' },
    ]);
  }
  const faults: Fault[] = [];
  const keys = Object.entries(properties).flatMap(([name, key]): KeyContract[] => {
    const keyword = key['x-slipway'];
    if (!KEY_NAME.test(name)) {
      faults.push({ file, key: name, problem: 'is no name for an environment variable', cure: 'use A–Z, 0–9 and _' });
    }
    if (keyword?.kind === undefined || !KINDS.includes(keyword.kind)) {
      faults.push({
        file,
        key: name,
        problem: `has ${keyword?.kind === undefined ? 'no' : `the unknown kind "${keyword.kind}" in its`} x-slipway keyword`,
        cure: `make it with one of the functions of the config library (kinds: ${KINDS.join(', ')})`,
      });
      return [];
    }
    return [
      {
        name,
        description: key.description ?? '',
        secret: keyword.secret === true || SECRET_KINDS.includes(keyword.kind),
        source: keyword as KeySource,
        ...(key.default === undefined ? {} : { default: String(key.default) }),
      },
    ];
  });
  if (keys.filter((key) => key.source.kind === 'postgres-url').length > 1) {
    faults.push({
      file,
      problem: 'declares more than one database',
      cure: 'a service owns one: keep one postgres() key',
    });
  }
  if (faults.length > 0) throw new FaultsError(faults);
  const calls = keys.flatMap(({ source }) => (source.kind === 'service-url' ? [source.service] : []));
  return {
    ...service,
    keys,
    hasDatabase: keys.some((key) => key.source.kind === 'postgres-url'),
    calls: [...new Set(calls)].sort(),
  };
}
