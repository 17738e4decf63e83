import { isObject } from '../../util/json-object.ts';
import type { KubeError } from '../client/kube-error.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import type { FieldSet } from './managed-fields/field-set.ts';
import { position } from './managed-fields/field-value.ts';
import { driftedFields } from './managed-fields/managed-fields.ts';

/** A field that others have set and because of which the API server refuses what slipway declares. */
export type RefusedDrift = { field: string; manager: string; time?: string };

/** A refusal because of an object's previous content, not because of its new one. */
const COMPARED = /immutable|may not change once set|updates to \w+ spec|cannot change/i;

/**
 * Whose fields in the live object the API server's refusal is about: the field that it names, or what stands beside it,
 * since of two fields that exclude each other it names the second.
 */
export function refusedDrift(live: KubernetesObject, { message, causes }: KubeError): RefusedDrift[] {
  if (COMPARED.test(message)) return [];
  const drifted = driftedFields(live);
  const isSetBy = (fields: FieldSet, steps: string[]) => steps.length > 1 && hasField(live, fields, steps);
  const found = causes.flatMap(({ field }) => {
    const steps = stepsOf(field);
    const holder = steps.slice(0, -1);
    const place = [steps, holder].find((at) => drifted.some(({ fields }) => isSetBy(fields, at)));
    if (place === undefined) return [];
    return drifted
      .filter(({ fields }) => isSetBy(fields, place))
      .map(({ manager, time }) => ({
        field: place === steps ? field : field.slice(0, field.lastIndexOf('.')),
        manager,
        ...(time === undefined ? {} : { time }),
      }));
  });
  return [...new Map(found.map((drift) => [`${drift.field} ${drift.manager}`, drift])).values()];
}

/** `spec.containers[0].image` → its names and positions. */
function stepsOf(field: string): string[] {
  return field.split(/[.[\]]+/).filter((step) => step !== '');
}

/** Whether `set` has the field of the object, something in it, or the whole that it lies in. */
function hasField(object: unknown, set: FieldSet, [step, ...rest]: string[]): boolean {
  if (step === undefined || Object.keys(set).length === 0) return true;
  const key = Array.isArray(object)
    ? Object.keys(set).find((member) => member !== '.' && position(object, member) === Number(step))
    : `f:${step}`;
  const below = key === undefined ? undefined : set[key];
  const value = isObject(object) || Array.isArray(object) ? Reflect.get(object, step) : undefined;
  return below !== undefined && hasField(value, below, rest);
}
