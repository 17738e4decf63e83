/** Whether this is what npm has installed from tarballs, and not the repository with the sources. */
export const isInstalled = import.meta.dirname.includes('/node_modules/');

/**
 * How one of our programs is called here: by a script of this repository, elsewhere by the name that npm installs it
 * under. `args` are words of the shell.
 */
export function commandLine(script: string, program: string, ...args: string[]): string {
  if (isInstalled) return ['npx', program, ...args].join(' ');
  return [script === 'start' ? 'npm start' : `npm run ${script}`, ...(args.length > 0 ? ['--', ...args] : [])].join(
    ' ',
  );
}
