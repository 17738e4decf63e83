import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredValue } from '../../services/declared-value.ts';
import type { Environment } from '../../services/resolve-environments.ts';
import type { KeySpec, ServiceSpec } from '../../services/service-spec.ts';
import type { PageKey } from './page-service-details.ts';

/** What people call where a value comes from. */
const ORIGINS: Record<KeySpec['source']['kind'], string> = {
  plain: 'declared',
  'service-url': 'address of the service',
  'postgres-url': 'database of the service',
  'generated-password': 'generated',
  'key-pair': 'generated',
  'shared-key': 'generated, shared with the service that it calls',
  'accepted-key': 'generated, shared with the service that calls it',
};

/**
 * The keys of a service with where their values come from; `environment`: the values, where they are known here. What a
 * person wrote into `.env` is not shown, whatever its key says: a URL there may hold a password.
 */
export function environmentKeys(
  workspaceRoot: string,
  { keys, configFile, root }: ServiceSpec,
  place: 'local' | 'kind',
  environment?: Environment,
): PageKey[] {
  const file = join(workspaceRoot, configFile);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return keys.map((key) => {
    const { name, description, secret, source } = key;
    const line = lines.findIndex((text) => text.trimStart().startsWith(`${name}:`)) + 1;
    const declared = declaredValue(key, place);
    const isPlain = source.kind === 'plain';
    const current = environment?.[name] ?? declared;
    const isOverridden = isPlain && (current ?? '') !== (declared ?? '');
    const shown = source.kind === 'service-url' ? current : isOverridden ? undefined : declared;
    const value = secret ? undefined : shown;
    const origin = isOverridden || (isPlain && secret) ? `${root}/.env` : undefined;
    return {
      name,
      description,
      secret,
      source: source.kind,
      file: configFile,
      ...(line === 0 ? {} : { line }),
      ...(value === undefined ? {} : { value: withoutUserinfo(value) }),
      origin: origin ?? `${ORIGINS[source.kind]}${'service' in source ? `: ${source.service}` : ''}`,
    };
  });
}

/** Who signs in at a URL, and with which password, is nobody's business. */
function withoutUserinfo(value: string): string {
  return value.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/?#\s]*@/gi, '$1');
}
