import type { ServiceClient } from '@shop/service-kit';
import { commonProblems } from '@shop/service-kit/problem';
import { proxyRoutes } from '../proxy/route-table.ts';

export type CallContext = Parameters<ServiceClient['call']>[0]['context'];
type Document = { paths: Record<string, Record<string, unknown>>; components?: object };

const freshMs = 60_000;
const fetchTimeoutMs = 1500;

/**
 * The services' own documents as one, cut down to what the gateway lets through. Kept for a minute; while a service is
 * away its last document serves on.
 */
export function createMergedOpenApi(clients: Record<string, ServiceClient>) {
  const known = new Map<string, { document: Document; fetchedAt: number }>();

  async function documentOf(service: string, client: ServiceClient, context: CallContext): Promise<Document> {
    const last = known.get(service);
    if (last !== undefined && Date.now() - last.fetchedAt < freshMs) return last.document;
    try {
      const { status, body } = await client.call({
        method: 'GET',
        path: '/openapi.json',
        timeoutMs: fetchTimeoutMs,
        isIdempotent: true,
        context,
      });
      if (status !== 200)
        throw commonProblems.upstreamUnavailable({ detail: `the ${service} service has no document now` });
      known.set(service, { document: body as Document, fetchedAt: Date.now() });
      return body as Document;
    } catch (error) {
      if (last === undefined) throw error;
      return last.document;
    }
  }

  return async (context: CallContext): Promise<object> => {
    const documents = await Promise.all(
      Object.entries(clients).map(([service, client]) => documentOf(service, client, context)),
    );
    const all = Object.assign({}, ...documents.map(({ paths }) => paths)) as Document['paths'];
    const paths: Document['paths'] = {};
    for (const { template, methods } of proxyRoutes) {
      const path = template.replaceAll(/:(\w+)/g, '{$1}');
      const operations = Object.keys(methods).map(
        (method) => [method.toLowerCase(), all[path]?.[method.toLowerCase()]] as const,
      );
      paths[path] = Object.fromEntries(operations.filter(([, operation]) => operation !== undefined));
    }
    return {
      openapi: '3.1.0',
      info: { title: 'Slipway shop', version: '1', description: 'Users, products and orders behind one gateway.' },
      servers: [{ url: '/' }],
      paths,
      components: documents[0]?.components ?? {},
    };
  };
}
