import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { recipeKey } from '../recipe-key.ts';
import type { Component } from './component.ts';

/** On the workload: what it was made from, so that an older one is recognised. */
export const RECIPE_ANNOTATION = 'slipway.local/recipe';

type ManifestObject = {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  spec?: { template?: { spec: { containers: Array<{ image: string }> } } };
};

export function componentRecipe({ name }: Component, image: string): string {
  return recipeKey(manifestText(name), image);
}

/** NAME.yaml with this image, as a List that `kubectl apply` takes. */
export function componentManifest(component: Component, image: string): string {
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
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

function manifestText(name: string): string {
  return readFileSync(manifestFile(name), 'utf8');
}

function manifestFile(name: string): string {
  return join(import.meta.dirname, `${name}.yaml`);
}
