import { isObject } from '../../util/json-object.ts';
import { parseQuantity } from '../../util/format/quantity.ts';

/** What is wrong with a value, at `path` inside of it. */
export type BrokenRule = { path: string[]; message: string; hint: string };

/** Where a value stands: its field, the name of its type in Kubernetes' schema, and whether a whole number may stand there. */
export type ValuePlace = { field: string; type: string | undefined; isInteger: boolean };

/**
 * Rules of the API server that its schema does not contain. Only such as hold in every version: a fragment that Kubernetes
 * takes must not be refused here.
 */
export const VALUE_RULES: ((value: unknown, place: ValuePlace) => BrokenRule[])[] = [
  alternatives,
  labelMap,
  negative,
  port,
  quantity,
  limits,
  name,
];

/** Fields of a type of which an object has one at most; undefined: all fields but `name`. */
const ALTERNATIVES: Record<string, string[] | undefined> = {
  EnvVar: ['value', 'valueFrom'],
  EnvVarSource: undefined,
  LifecycleHandler: undefined,
  Probe: ['exec', 'grpc', 'httpGet', 'tcpSocket'],
  Volume: undefined,
};

function alternatives(value: unknown, { type = '' }: ValuePlace): BrokenRule[] {
  if (!isObject(value) || !(type in ALTERNATIVES)) return [];
  const names = ALTERNATIVES[type] ?? Object.keys(value).filter((field) => field !== 'name');
  // An empty value of an EnvVar is none.
  const [first, second] = names.filter((field) => value[field] !== undefined && value[field] !== '');
  if (first === undefined || second === undefined) return [];
  const hint = `drop one of the two; \`${first}: null\` drops one that the platform or an earlier document gives`;
  return [{ path: [second], message: `cannot stand beside ${first}`, hint }];
}

const LABEL_MAPS = ['labels', 'matchLabels', 'nodeSelector'];
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;
const LABEL_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

function labelMap(value: unknown, { field }: ValuePlace): BrokenRule[] {
  if (!isObject(value) || ![...LABEL_MAPS, 'annotations'].includes(field)) return [];
  return Object.entries(value).flatMap(([key, text]) => {
    const broken: BrokenRule[] = [];
    const slash = key.lastIndexOf('/');
    const prefix = slash < 0 ? undefined : key.slice(0, slash);
    // Of annotations Kubernetes reads the prefix in small letters.
    const domain = field === 'annotations' ? prefix?.toLowerCase() : prefix;
    const isKey = LABEL_NAME.test(key.slice(slash + 1)) && (domain === undefined || PREFIX.test(domain));
    if (!isKey)
      broken.push({
        path: [key],
        message: `"${key}" is no key of ${field}`,
        hint: 'write NAME or DOMAIN/NAME; a name has at most 63 letters, digits and _ . - inside',
      });
    if (field !== 'annotations' && typeof text === 'string' && !LABEL_VALUE.test(text))
      broken.push({
        path: [key],
        message: `"${text}" is no label's value`,
        hint: 'use at most 63 letters, digits and _ . - inside; an annotation takes any text',
      });
    return broken;
  });
}

/** Of these Kubernetes takes negative numbers. */
const SIGNED = ['priority', 'tolerationSeconds', 'value'];

function negative(value: unknown, { field, isInteger }: ValuePlace): BrokenRule[] {
  if (!isInteger || typeof value !== 'number' || !(value < 0) || SIGNED.includes(field)) return [];
  return [{ path: [], message: `must not be negative: ${value}`, hint: 'write 0 or more' }];
}

const PORTS = ['containerPort', 'hostPort', 'nodePort', 'port', 'targetPort'];
/** Where 0 is no port of its own: Kubernetes chooses one, or none. */
const CHOSEN_PORTS = ['hostPort', 'nodePort', 'targetPort'];

function port(value: unknown, { field, isInteger }: ValuePlace): BrokenRule[] {
  if (!isInteger || !PORTS.includes(field) || typeof value !== 'number' || value < 0) return [];
  const isPort = value <= 65_535 && (value > 0 || CHOSEN_PORTS.includes(field));
  return isPort ? [] : [{ path: [], message: `${value} is no port`, hint: 'write 1 to 65535' }];
}

function quantity(value: unknown, { type }: ValuePlace): BrokenRule[] {
  if (type !== 'Quantity' || isObject(value) || Array.isArray(value)) return [];
  const parsed = parseQuantity(String(value));
  const hint = 'write a number with a unit of Kubernetes: 250m, 2 (CPU), 128Mi, 1Gi (memory)';
  if (parsed === undefined) return [{ path: [], message: `"${String(value)}" is no quantity`, hint }];
  return parsed < 0 ? [{ path: [], message: `must not be negative: ${String(value)}`, hint }] : [];
}

function limits(value: unknown, { type }: ValuePlace): BrokenRule[] {
  if (type !== 'ResourceRequirements' || !isObject(value)) return [];
  const { requests, limits: most } = value;
  if (!isObject(requests) || !isObject(most)) return [];
  return Object.keys(requests).flatMap((name) => {
    const [asked, limit] = [requests[name], most[name]].map((it) => parseQuantity(String(it)));
    if (asked === undefined || limit === undefined || asked <= limit) return [];
    const message = `${String(requests[name])} is more than the limit, ${String(most[name])}`;
    return [{ path: ['requests', name], message, hint: `lower it, or raise limits.${name}` }];
  });
}

/** Names of list elements by the element's type. An empty one of a port is none. */
const NAMES: Record<string, RegExp> = {
  Container: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  ContainerPort: /^(?:(?=.{1,15}$)(?!.*--)(?=.*[a-z])[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)?$/,
  EnvVar: /^[^=]+$/,
  ServicePort: /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/,
  Volume: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
};
const NAME_HINTS: Partial<Record<string, string>> = {
  ContainerPort: 'use a to z, 0 to 9 and hyphens inside, with a letter, at most 15',
  EnvVar: 'give it a name without =',
};

function name(value: unknown, { type = '' }: ValuePlace): BrokenRule[] {
  if (!isObject(value) || typeof value.name !== 'string' || NAMES[type]?.test(value.name) !== false) return [];
  const hint = NAME_HINTS[type] ?? 'use a to z, 0 to 9 and hyphens inside, at most 63';
  return [{ path: ['name'], message: `"${value.name}" is no name of a ${type}`, hint }];
}
