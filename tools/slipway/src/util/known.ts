/** The value under a key that has one by construction. Throws, as the bug of ours that it is, where there is none. */
export function known<Value>(values: Readonly<Record<string, Value>>, key: string): Value {
  const value = Object.hasOwn(values, key) ? values[key] : undefined;
  if (value === undefined) throw new Error(`nothing is known of "${key}"`);
  return value;
}
