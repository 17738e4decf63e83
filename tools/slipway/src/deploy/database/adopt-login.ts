import type { DatabaseLogin } from '../../services/database-login.ts';
import { type DatabasePod, psql, superuser } from './database-pod.ts';
import { introduceLogin, loginNames, retireLogins } from './login-roles.ts';
import { isVerifierOf } from './scram-verifier.ts';

/**
 * Makes the service's login open its database, whatever logins the volume knows: a Secret may have been lost or made up
 * since. Answers whether that was needed. Throws when the database cannot be asked.
 */
export async function adoptLogin(pod: DatabasePod, login: DatabaseLogin): Promise<boolean> {
  const admin = await superuser(pod, [...loginNames(pod.service), login.user]);
  const stored = await psql(pod, admin, 'select rolname, rolpassword from pg_authid where rolcanlogin;');
  const verifier = stored
    .split('\n')
    .find((row) => row.startsWith(`${login.user}|`))
    ?.slice(login.user.length + 1);
  if (verifier !== undefined && isVerifierOf(verifier, login.password)) return false;
  await psql(pod, admin, introduceLogin(pod.service, login));
  return true;
}

/** After an adoption: what no Secret holds any more opens nothing any more. */
export async function retireOtherLogins(pod: DatabasePod, login: DatabaseLogin): Promise<void> {
  await psql(pod, await superuser(pod, [login.user]), retireLogins(pod.service, login.user));
}
