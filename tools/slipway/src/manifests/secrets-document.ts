import type { ServiceSpec } from '../services/service-spec.ts';
import { secretRemark } from './external-secret.ts';
import { markdownTable } from './markdown-table.ts';

/** What a cluster must hold before the services start there: a section per service with secrets, each key with its meaning. */
export function secretsDocument(stack: string, serviceSpecs: ServiceSpec[]): string {
  const sections = serviceSpecs.flatMap((serviceSpec) => {
    const rows = secretRows(serviceSpec);
    return rows.length === 0
      ? []
      : [`## ${serviceSpec.name}\n\n${markdownTable(['key', 'required', 'meaning'], rows)}\n`];
  });
  const first = `<!-- Assembled by slipway: npx nx run deploy:assemble -->

# Secrets

A Secret per service, in namespace \`${stack}\`, with the service's name. Pods without a required key do not start.
`;
  return [first, ...(sections.length === 0 ? ['No service reads a Secret.\n'] : sections)].join('\n');
}

/** Key, whether it is required, meaning. */
function secretRows({ keys }: ServiceSpec): string[][] {
  return keys
    .filter(({ secret }) => secret)
    .map((key) => [`\`${key.name}\``, key.optional === true ? 'no' : 'yes', secretRemark(key).replaceAll(/\s+/g, ' ')]);
}
