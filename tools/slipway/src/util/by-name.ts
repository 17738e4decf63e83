/** The one of this name, which is there by construction. Throws, as the bug of ours that it is, where none is. */
export function byName<Named extends { name: string }>(all: readonly Named[], name: string): Named {
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new Error(`nothing is called "${name}"`);
  return found;
}
