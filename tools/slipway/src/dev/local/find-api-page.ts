const LIMIT_MS = 1000;

/** The address of the page that a service has of its API; undefined where there is none. */
export async function findApiPage(url: string | undefined): Promise<string | undefined> {
  const page = `${url}/docs`;
  const response = await fetch(page, { signal: AbortSignal.timeout(LIMIT_MS) }).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok === true && response.headers.get('content-type')?.startsWith('text/html') === true
    ? page
    : undefined;
}
