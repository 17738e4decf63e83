/**
 * Makes src/manifests/schema/kubernetes.schema.json from Kubernetes' own OpenAPI document: the kinds that a fragment
 * may hold, without their descriptions and closed against unknown fields, with the keys by which lists merge.
 *
 * Called by `npm run renovate:kubernetes -- --schema` with swagger.json of the Go module k8s.io/kubernetes, its version,
 * and a folder of the OpenAPI v3 documents that a cluster of that version serves: the published document lacks the
 * values that a field may have.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type Definition = { [keyword: string]: unknown };

const KINDS = [
  'io.k8s.api.apps.v1.DaemonSet',
  'io.k8s.api.apps.v1.Deployment',
  'io.k8s.api.apps.v1.StatefulSet',
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  'io.k8s.api.batch.v1.CronJob',
  'io.k8s.api.batch.v1.Job',
  'io.k8s.api.core.v1.ConfigMap',
  'io.k8s.api.core.v1.LimitRange',
  'io.k8s.api.core.v1.Namespace',
  'io.k8s.api.core.v1.PersistentVolumeClaim',
  'io.k8s.api.core.v1.Pod',
  'io.k8s.api.core.v1.ResourceQuota',
  'io.k8s.api.core.v1.Secret',
  'io.k8s.api.core.v1.Service',
  'io.k8s.api.core.v1.ServiceAccount',
  'io.k8s.api.networking.v1.Ingress',
  'io.k8s.api.networking.v1.NetworkPolicy',
  'io.k8s.api.policy.v1.PodDisruptionBudget',
  'io.k8s.api.rbac.v1.Role',
  'io.k8s.api.rbac.v1.RoleBinding',
  'io.k8s.api.scheduling.v1.PriorityClass',
];
const REFERENCE = '#/definitions/';
/** Types that the API server reads from more than one JSON type. */
const SCALARS: Record<string, Definition> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['integer', 'string'] },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'] },
};

const swagger = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as {
  definitions: Record<string, Definition>;
};
const definitions: Record<string, Definition> = {};

/** Fields that name an element of some list, and have a default: of the OpenAPI v3 documents, the other lacks defaults. */
const keyDefaults = readKeyDefaults();

/** What a cluster says more of the types: the values that a field may have. */
const served = readSchemas(process.argv[4]!);

type Schemas = Record<string, { properties?: Record<string, Definition> }>;

function readSchemas(folder: string): Schemas {
  const documents = globSync('*.json', { cwd: folder }).map((file) => {
    const { components } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      components?: { schemas?: Schemas };
    };
    return components?.schemas ?? {};
  });
  return Object.assign({}, ...documents) as Schemas;
}

function readKeyDefaults(): Map<string, unknown> {
  const schemas = readSchemas(join(dirname(process.argv[2]!), 'v3'));
  const lists = Object.values(swagger.definitions).flatMap(({ properties = {} }) =>
    Object.values(properties as Record<string, Definition>),
  );
  const defaults = lists.flatMap((list): [string, unknown][] => {
    const { $ref } = (list.items ?? {}) as { $ref?: string };
    if ($ref === undefined) return [];
    const name = $ref.slice(REFERENCE.length);
    const keys = (list['x-kubernetes-list-map-keys'] ?? []) as string[];
    return keys.map((key) => [`${name}.${key}`, schemas[name]?.properties?.[key]?.default]);
  });
  // Empty and 0 are what Go has for no value.
  return new Map(defaults.filter(([, value]) => Boolean(value)));
}

function take(name: string): void {
  if (name in definitions) return;
  const scalar = SCALARS[name];
  if (scalar !== undefined) {
    definitions[name] = scalar;
    return;
  }
  definitions[name] = {};
  definitions[name] = strict(swagger.definitions[name]!) as Definition;
  for (const [field, schema] of Object.entries((definitions[name].properties ?? {}) as Record<string, Definition>)) {
    const value = keyDefaults.get(`${name}.${field}`);
    if (value !== undefined) schema.default = value;
    const values = served[name]?.properties?.[field]?.enum;
    if (values !== undefined) schema.enum = values;
  }
}

function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const source = value as Definition;
  if (typeof source.$ref === 'string') take(source.$ref.slice(REFERENCE.length));
  const entries = Object.entries(source).flatMap(([keyword, inner]): [string, unknown][] => {
    if (keyword === 'properties') {
      const properties = Object.entries(inner as Record<string, unknown>);
      return [[keyword, Object.fromEntries(properties.map(([name, schema]) => [name, strict(schema)]))]];
    }
    const kept = [
      '$ref',
      'type',
      'items',
      'additionalProperties',
      'required',
      'enum',
      'format',
      'x-kubernetes-list-type',
      'x-kubernetes-list-map-keys',
      'x-kubernetes-patch-strategy',
    ];
    return kept.includes(keyword) ? [[keyword, strict(inner)]] : [];
  });
  const result = Object.fromEntries(entries);
  if ('properties' in result && !('additionalProperties' in result)) result.additionalProperties = false;
  return result;
}

KINDS.forEach(take);
const kinds = Object.fromEntries(
  KINDS.map((name) => {
    const [gvk] = swagger.definitions[name]!['x-kubernetes-group-version-kind'] as {
      group: string;
      version: string;
      kind: string;
    }[];
    return [`${gvk!.group === '' ? '' : `${gvk!.group}/`}${gvk!.version} ${gvk!.kind}`, name];
  }),
);
const target = new URL('../src/manifests/schema/kubernetes.schema.json', import.meta.url);
const sorted = Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => a.localeCompare(b)));
writeFileSync(target, `${JSON.stringify({ version: process.argv[3], kinds, definitions: sorted })}\n`);
console.log(`${KINDS.length} kinds, ${Object.keys(sorted).length} definitions of Kubernetes ${process.argv[3]}`);
