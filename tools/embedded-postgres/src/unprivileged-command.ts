/** Postgres refuses to run as root, and initdb as a user without a passwd entry: 65534 (nobody) has one everywhere. */
const nobody = '65534';

/**
 * Wraps a command so that root runs it as nobody in a user namespace. The files stay root's own outside of it, so it
 * needs neither a `postgres` user nor a chown.
 */
export function unprivilegedCommand(command: string[]): [string, ...string[]] {
  const [program = '', ...rest] = command;
  if (process.getuid?.() !== 0) return [program, ...rest];
  return ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`, '--', program, ...rest];
}
