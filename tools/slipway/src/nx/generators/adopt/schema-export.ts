/** Where apps say what they read of the environment. */
export const SCHEMA_FILES = ['env', 'environment', 'config'].flatMap((name) =>
  ['ts', 'mts', 'js', 'mjs'].map((extension) => `src/${name}.${extension}`),
);

/** zod, valibot, arktype, TypeBox. */
const EXPORT =
  /^export const (\w+)(?:\s*:[^=\n]+)?\s*=\s*(?:z\.object|v\.(?:object|looseObject|strictObject)|type|Type\.Object)\(/m;

/** The name under which a source exports a schema of an object; undefined when it does not. */
export function schemaExport(source: string): string | undefined {
  return EXPORT.exec(source)?.[1];
}
