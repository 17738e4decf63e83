/** The API server's refusal: its own words, with the HTTP status. */
export class KubeError extends Error {
  readonly status: number;

  constructor(method: string, path: string, status: number, body: string) {
    super(`${method} ${path}: ${messageOf(body) ?? `HTTP ${status}`}`);
    this.name = 'KubeError';
    this.status = status;
  }
}

function messageOf(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { message?: string }).message;
  } catch {
    return body.trim() || undefined;
  }
}
