/** `code` of an error or of an answer's body, as Node, PostgreSQL, Fastify and our problems give it. */
export function codeOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('code' in value)) return undefined;
  return typeof value.code === 'string' ? value.code : undefined;
}
