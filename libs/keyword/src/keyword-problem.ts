import { Check, Errors } from 'typebox/schema';
import { slipwayKeyword } from './slipway-keyword.ts';

const KINDS = slipwayKeyword.anyOf.map(({ properties }) => properties.kind.const);

/** What is wrong with a value of the keyword, to be read after its key; undefined when slipway understands it. */
export function keywordProblem(value: unknown): string | undefined {
  if (Check(slipwayKeyword, value)) return undefined;
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  const form = slipwayKeyword.anyOf.find(({ properties }) => properties.kind.const === kind);
  if (form === undefined) {
    const found = kind === undefined ? 'no' : `the unknown kind ${JSON.stringify(kind)} in its`;
    return `has ${found} x-slipway keyword (kinds: ${KINDS.join(', ')})`;
  }
  const what = `has an x-slipway keyword of kind ${JSON.stringify(kind)} that`;
  const surplus = Object.keys(value ?? {}).find((member) => !Object.hasOwn(form.properties, member));
  if (surplus !== undefined) return `${what} knows no "${surplus}"`;
  const [, [error]] = Errors(form, value);
  const where = error?.instancePath.slice(1).replaceAll('/', '.') ?? '';
  return `${what} ${where === '' ? '' : `in "${where}" `}${error?.message ?? 'is wrong'}`;
}
