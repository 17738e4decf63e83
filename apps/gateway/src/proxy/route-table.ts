import type { UpstreamName } from './upstream-urls.ts';

export type ProxyRoute = {
  readonly template: string;
  readonly upstream: UpstreamName;
  /** Methods, and whether they need a token. HEAD goes with GET. */
  readonly methods: Readonly<Record<string, 'anyone' | 'signed-in'>>;
  /** Once its client has left, what it does for it may be cut off, as with all that only reads. */
  readonly isAbandonable?: true;
  /** Computes a hash, which is dear: no client has more than its share of these under way. */
  readonly isCostly?: true;
  /** The callee hears the client's address, with our service credential. */
  readonly passesClientAddress?: true;
  /** Made safe to repeat by an Idempotency-Key; the gateway adds one where the client sent none. */
  readonly repeatableByKey?: true;
};

/** Everything that can be reached from outside. What is not here is 404, `/internal/` above all. */
export const proxyRoutes: readonly ProxyRoute[] = [
  { template: '/.well-known/jwks.json', upstream: 'user', methods: { GET: 'anyone' } },
  // Of the two, nobody who has left shall get a hash.
  {
    template: '/api/v1/users',
    upstream: 'user',
    methods: { POST: 'anyone' },
    passesClientAddress: true,
    isAbandonable: true,
    isCostly: true,
  },
  {
    template: '/api/v1/sessions',
    upstream: 'user',
    methods: { POST: 'anyone' },
    passesClientAddress: true,
    isAbandonable: true,
    isCostly: true,
  },
  { template: '/api/v1/users/me', upstream: 'user', methods: { GET: 'signed-in' } },
  { template: '/api/v1/products', upstream: 'product', methods: { GET: 'anyone', POST: 'signed-in' } },
  { template: '/api/v1/products/:id', upstream: 'product', methods: { GET: 'anyone', PATCH: 'signed-in' } },
  {
    template: '/api/v1/orders',
    upstream: 'order',
    methods: { GET: 'signed-in', POST: 'signed-in' },
    repeatableByKey: true,
  },
  { template: '/api/v1/orders/:id', upstream: 'order', methods: { GET: 'signed-in' } },
  { template: '/api/v1/orders/:id/cancel', upstream: 'order', methods: { POST: 'signed-in' } },
];

const exact = new Map(
  proxyRoutes.filter(({ template }) => !template.includes(':')).map((route) => [route.template, route]),
);
const patterns = proxyRoutes
  .filter(({ template }) => template.includes(':'))
  .map((route) => ({ route, pattern: new RegExp(`^${route.template.replaceAll(/:\w+/g, '[^/]+')}$`) }));

export function findProxyRoute(path: string): ProxyRoute | undefined {
  return exact.get(path) ?? patterns.find(({ pattern }) => pattern.test(path))?.route;
}

export function allowedMethods({ methods }: ProxyRoute): string {
  return Object.keys(methods)
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .join(', ');
}
