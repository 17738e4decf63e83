import { isDeepStrictEqual } from 'node:util';
import { hasKey } from './field-value.ts';
import { isObject } from '../../../util/json-object.ts';
import type { KubernetesObject } from '../../kubernetes-object.ts';
import type { FieldSet } from './field-set.ts';
import { ownFields } from './managed-fields.ts';

/**
 * What slipway has applied of a live object, as the API server remembers it. Applied again with one field changed, it
 * changes that field and gives up none of the others.
 */
export function appliedFields(live: KubernetesObject): KubernetesObject {
  const { apiVersion, kind, metadata } = live;
  const set = ownFields(live);
  const applied = Object.keys(set).length === 0 ? {} : pick(live, set);
  const { name, namespace } = metadata;
  const identity = { name, ...(namespace === undefined ? {} : { namespace }) };
  if (!isObject(applied)) return { apiVersion, kind, metadata: identity };
  const appliedMetadata = isObject(applied.metadata) ? applied.metadata : {};
  return { ...applied, apiVersion, kind, metadata: { ...appliedMetadata, ...identity } };
}

function pick(value: unknown, set: FieldSet): unknown {
  const members = Object.entries(set).filter(([member]) => member !== '.');
  if (members.length === 0) return value;
  if (Array.isArray(value)) {
    return value.flatMap((element) => {
      const member = members.find(([name]) => isElement(element, name));
      return member === undefined ? [] : [pick(element, member[1])];
    });
  }
  if (!isObject(value)) return value;
  const present = members.map(([member, below]) => [member.slice(2), below] as const).filter(([name]) => name in value);
  return Object.fromEntries(present.map(([name, below]) => [name, pick(value[name], below)]));
}

function isElement(element: unknown, member: string): boolean {
  return member.startsWith('v:') ? isDeepStrictEqual(element, JSON.parse(member.slice(2))) : hasKey(element, member);
}
