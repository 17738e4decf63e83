import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { RECIPE_ANNOTATION } from '../cluster/evaluate-readiness.ts';
import { cacheKey } from '../core/cache-key.ts';
import type { Addon } from './addon.ts';

const API_SERVICE = 'APIService';

type ManifestObject = {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  spec?: { template?: { spec: { containers: Array<{ image: string }> } } };
};

/** The cache key of an add-on's manifest and image; the workload is annotated with it. */
export function addonRecipe({ name }: Addon, image: string): string {
  return cacheKey(manifestText(name), image);
}

/** NAME.yaml with this image, as Lists for `kubectl apply`. APIServices are apart: they are applied last. */
export function addonManifest(addon: Addon, image: string): { workload: string; apis: string | undefined } {
  const { name, workload } = addon;
  const items = parseAllDocuments(manifestText(name)).map((document): ManifestObject => document.toJS());
  const object = items.find(({ kind, metadata }) => kind === workload && metadata.name === name);
  const container = object?.spec?.template?.spec.containers[0];
  if (!object || !container) throw new Error(`${manifestFile(name)} has no ${workload} ${name}`);
  container.image = image;
  object.metadata.annotations = {
    ...object.metadata.annotations,
    [RECIPE_ANNOTATION]: addonRecipe(addon, image),
  };
  const apis = items.filter(({ kind }) => kind === API_SERVICE);
  return {
    workload: list(items.filter(({ kind }) => kind !== API_SERVICE)),
    apis: apis.length > 0 ? list(apis) : undefined,
  };
}

function list(items: readonly ManifestObject[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

function manifestText(name: string): string {
  return readFileSync(manifestFile(name), 'utf8');
}

function manifestFile(name: string): string {
  return join(import.meta.dirname, `${name}.yaml`);
}
