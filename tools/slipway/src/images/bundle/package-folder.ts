const FOLDER = 'node_modules/';

/** The folder of the package that a file lies in, e.g. `node_modules/@scope/name`; undefined for a file of our own. */
export function packageFolder(file: string): string | undefined {
  const at = file.lastIndexOf(FOLDER);
  if (at < 0 || (at > 0 && file[at - 1] !== '/')) return undefined;
  const [first = '', second] = file.slice(at + FOLDER.length).split('/');
  return `${file.slice(0, at)}${FOLDER}${first.startsWith('@') ? `${first}/${second}` : first}`;
}

/** `node_modules/a/node_modules/@scope/b` → `@scope/b`. */
export function packageName(folder: string): string {
  return folder.slice(folder.lastIndexOf(FOLDER) + FOLDER.length);
}
