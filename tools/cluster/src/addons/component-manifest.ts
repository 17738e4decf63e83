import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { recipeKey } from '../core/cache-key.ts';
import type { Component } from './component.ts';

/** On the workload: what it was made from, so that an older one is recognised. */
export const RECIPE_ANNOTATION = 'slipway.local/recipe';

const API_SERVICE = 'APIService';

type ManifestObject = {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  spec?: { template?: { spec: { containers: Array<{ image: string }> } } };
};

export function componentRecipe({ name }: Component, image: string): string {
  return recipeKey(manifestText(name), image);
}

/** NAME.yaml with this image, as Lists that `kubectl apply` takes: APIServices only once the workload answers. */
export function componentManifest(component: Component, image: string): { workload: string; apis: string | undefined } {
  const { name, workload } = component;
  const items = parseAllDocuments(manifestText(name)).map((document) => document.toJS() as ManifestObject);
  const object = items.find(({ kind, metadata }) => kind === workload && metadata.name === name);
  const container = object?.spec?.template?.spec.containers[0];
  if (!object || !container) throw new Error(`${manifestFile(name)} has no ${workload} ${name}`);
  container.image = image;
  object.metadata.annotations = {
    ...object.metadata.annotations,
    [RECIPE_ANNOTATION]: componentRecipe(component, image),
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
