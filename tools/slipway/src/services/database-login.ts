/** What a service logs in to its database with. */
export type DatabaseLogin = { user: string; password: string };

/** The login in a Postgres URL; undefined for what is no URL, or has no user and password that can be read. */
export function loginOf(url: string | undefined): DatabaseLogin | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { username, password } = new URL(url);
  if (username === '' || password === '') return undefined;
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    // A % that begins no escape.
    return undefined;
  }
}
