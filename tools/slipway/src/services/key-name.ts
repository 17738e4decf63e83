/** Names of an environment's keys, as shells, env files and ConfigMaps take them. */
export const KEY_PATTERN = '^[A-Z][A-Z0-9_]*$';
const keyName = new RegExp(KEY_PATTERN);

export function isKeyName(value: unknown): value is string {
  return typeof value === 'string' && keyName.test(value);
}
