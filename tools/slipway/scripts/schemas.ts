/** Writes schemas/*.json, which editors read, from the definitions that slipway checks by: node tools/slipway/scripts/schemas.ts */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEYWORD, slipwayKeyword } from '@slipway/keyword';
import { format } from 'prettier';
import { serviceFileSchema } from '../src/services/service-file-schema.ts';
import { kindConfigSchema } from '../src/util/workspace/kind-config-schema.ts';

const folder = join(import.meta.dirname, '../schemas');

/** File in schemas/ → text. */
export async function schemaTexts(): Promise<Record<string, string>> {
  const entries = Object.entries({
    'slipway.schema.json': withKeyword(serviceFileSchema),
    'kind.schema.json': kindConfigSchema,
  });
  return Object.fromEntries(
    await Promise.all(
      entries.map(
        async ([name, schema]) =>
          [name, await format(JSON.stringify(schema), { parser: 'json', printWidth: 120 })] as const,
      ),
    ),
  );
}

/** Beside the keys of an environment, the keyword is completed, too. */
function withKeyword({ properties, ...schema }: typeof serviceFileSchema): object {
  const key = { type: 'object', properties: { [KEYWORD]: slipwayKeyword } };
  const { anyOf } = properties.environment;
  const described = anyOf.map((form) =>
    'properties' in form
      ? {
          ...form,
          properties: { ...form.properties, properties: { ...form.properties.properties, additionalProperties: key } },
        }
      : form,
  );
  return { ...schema, properties: { ...properties, environment: { ...properties.environment, anyOf: described } } };
}

if (import.meta.main)
  for (const [name, text] of Object.entries(await schemaTexts())) writeFileSync(join(folder, name), text);
