import { readJson } from '@slipway/util/json';
import { UserError } from '@slipway/util/errors';
import { nearest } from '../../../util/format/nearest.ts';

type Type = 'boolean' | 'integer' | 'string';
type Schema = { properties: Record<string, { type: Type; minimum?: number }> };

const WANTED: Record<Type, string> = {
  boolean: 'it without a value, or true or false',
  integer: 'a whole number',
  string: 'a text',
};

/**
 * Refuses options that the schema does not declare, and values of another type. Nx checks them too, but for tasks of a
 * batch in a process whose failures it prints as an unhandled rejection: such a target's schema lets everything through
 * by `anyOf`, and its executor asks here, by `type`. Throws UserError. Answers the options
 * in camelCase: Nx leaves `--adopt-namespace` as it was written, beside the default of `adoptNamespace`.
 */
export function checkOptions<Options extends object>(target: string, options: Options, schemaFile: string): Options {
  const { properties } = readJson<Schema>(schemaFile);
  const names = Object.keys(properties);
  const checked = camelCased(options);
  for (const [name, value] of Object.entries(checked)) {
    // Nx adds the words that it did not parse.
    if (name.includes('__')) continue;
    const declared = properties[name];
    if (declared === undefined) {
      const near = nearest(name, names);
      const guess = near === undefined ? '' : `did you mean --${near}? `;
      throw new UserError(`${target} has no option --${name}`, { hint: `${guess}All options: --help` });
    }
    const { type } = declared;
    if (value !== undefined && !isOfType(value, type))
      throw new UserError(`--${name} is ${JSON.stringify(value)}`, { hint: `write ${WANTED[type]}` });
    if (declared.minimum !== undefined && typeof value === 'number' && value < declared.minimum)
      throw new UserError(`--${name} is ${value}`, { hint: `at least ${declared.minimum}` });
  }
  return checked;
}

function camelCased<Options extends object>(options: Options): Options {
  const isWritten = ([name]: [string, unknown]) => name.includes('-');
  const written = Object.entries(options).filter(isWritten);
  const camel = Object.fromEntries(written.map(([name, value]) => [toCamelCase(name), value]));
  const copy = { ...options, ...camel };
  for (const [name] of written) Reflect.deleteProperty(copy, name);
  return copy;
}

function toCamelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function isOfType(value: unknown, type: Type): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}
