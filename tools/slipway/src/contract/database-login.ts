/** What a service logs in to its database with. */
export type DatabaseLogin = { user: string; password: string };

/** The login in a Postgres URL; undefined for what is no URL or names no user or password. */
export function loginOf(url: string | undefined): DatabaseLogin | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { username, password } = new URL(url);
  if (username === '' || password === '') return undefined;
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}
