import { load } from 'js-yaml';
import type { ImageName } from '../../images/image-name.ts';
import { isObject } from '../../util/json-object.ts';

/** What slipway reads again of the Component that it has written, deploy/dev/generated/kustomization.yaml. */
export type Component = { images: ({ name: string } & ImageName)[] };

/** Undefined for a text that is no Component: half a file, or a user's file. Throws for invalid YAML. */
export function parseComponent(text: string): Component | undefined {
  const component: unknown = load(text);
  return isComponent(component) ? component : undefined;
}

function isComponent(value: unknown): value is Component {
  const isImage = (image: unknown) => isObject(image) && typeof image.name === 'string';
  return isObject(value) && Array.isArray(value.images) && value.images.every(isImage);
}
