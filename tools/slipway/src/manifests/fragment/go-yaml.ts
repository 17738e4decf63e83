import {
  isScalar,
  type Scalar,
  type ParseOptions,
  type DocumentOptions,
  type SchemaOptions,
  type ScalarTag,
} from 'yaml';

const INTEGER = /^[-+]?(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|0[0-7_]*|[1-9][0-9_]*)$/;
const FLOAT = /^[-+]?(\.[0-9][0-9_]*|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?$/;
const SPECIAL_FLOATS: Record<string, number> = { '.inf': Infinity, '+.inf': Infinity, '-.inf': -Infinity, '.nan': NaN };

const tags: ScalarTag[] = [
  { tag: 'tag:yaml.org,2002:null', default: true, test: /^(~|null|Null|NULL)?$/, resolve: () => null },
  {
    tag: 'tag:yaml.org,2002:bool',
    default: true,
    test: /^([yY]|yes|Yes|YES|true|True|TRUE|on|On|ON|[nN]|no|No|NO|false|False|FALSE|off|Off|OFF)$/,
    resolve: (text) => /^([yt]|on$)/i.test(text),
  },
  { tag: 'tag:yaml.org,2002:int', default: true, test: INTEGER, resolve: integer },
  {
    tag: 'tag:yaml.org,2002:float',
    default: true,
    test: FLOAT,
    resolve: (text) => Number.parseFloat(text.replaceAll('_', '')),
  },
  {
    tag: 'tag:yaml.org,2002:float',
    default: true,
    test: /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/,
    resolve: (text) => SPECIAL_FLOATS[text.toLowerCase()] ?? NaN,
  },
];

/**
 * Scalars as Kubernetes reads them: Go's YAML, which is neither version 1.1 nor 1.2. `0o17` and `017` are 15, `yes` and
 * `on` are true, `12:30:00` and `2024-01-01` are strings.
 */
export const GO_YAML: ParseOptions & DocumentOptions & SchemaOptions = {
  schema: 'failsafe',
  merge: true,
  customTags: (known) => [...known, ...tags],
  // Keys of an object are strings: 1 and "1" are one key.
  uniqueKeys: (a, b) => isScalar(a) && isScalar(b) && keyText(a) === keyText(b),
};

/** A key as it is written: Kubernetes knows no keys but strings. */
export function keyText({ source, value }: Scalar): string {
  return source ?? String(value);
}

function integer(text: string): number {
  const plain = text.replaceAll('_', '');
  const digits = plain.replace(/^[-+]/, '');
  const value = Number(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return plain.startsWith('-') ? -value : value;
}
