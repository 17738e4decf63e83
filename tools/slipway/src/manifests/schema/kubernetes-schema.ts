import { join } from 'node:path';
import { readJson } from '@slipway/util/json';

/** What Kubernetes' OpenAPI schema says of one field. */
export type FieldSchema = {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, FieldSchema>;
  /** Of a map: what its values are. `false`: there are no fields but `properties`. */
  additionalProperties?: boolean | FieldSchema;
  items?: FieldSchema;
  default?: unknown;
  'x-kubernetes-list-type'?: 'atomic' | 'map' | 'set';
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-patch-strategy'?: string;
};

/** Kubernetes' schema as scripts/extract-schema.ts has taken it: `kinds` has `apps/v1 Deployment` → its definition. */
export const kubernetesSchema = readJson<{
  version: string;
  kinds: Record<string, string>;
  definitions: Record<string, FieldSchema>;
}>(join(import.meta.dirname, 'kubernetes.schema.json'));

const DEFINITIONS = '#/definitions/';

/** The schema of a kind's objects; undefined for a kind that slipway does not know. */
export function kindSchema(kind: string): FieldSchema | undefined {
  const { kinds, definitions } = kubernetesSchema;
  const known = Object.entries(kinds).find(([type]) => type.endsWith(` ${kind}`));
  return known && definitions[known[1]];
}

/** Of those that slipway knows, e.g. `Deployment`. */
export function kindNames(): string[] {
  return Object.keys(kubernetesSchema.kinds).map((type) => type.split(' ').at(-1)!);
}

/** The schema of a field of an object or a map; undefined for one that Kubernetes does not know. */
export function fieldSchema(schema: FieldSchema | undefined, field: string): FieldSchema | undefined {
  const { properties, additionalProperties } = schema ?? {};
  if (properties !== undefined) return Object.hasOwn(properties, field) ? resolved(properties[field]) : undefined;
  return typeof additionalProperties === 'object' ? resolved(additionalProperties) : undefined;
}

/** The schema of a list's elements. */
export function elementSchema(schema: FieldSchema | undefined): FieldSchema | undefined {
  return resolved(schema?.items);
}

/** What stands beside a reference counts too: how the field is patched. */
function resolved(schema: FieldSchema | undefined): FieldSchema | undefined {
  if (schema?.$ref === undefined) return schema;
  return { ...kubernetesSchema.definitions[schema.$ref.slice(DEFINITIONS.length)], ...schema };
}
