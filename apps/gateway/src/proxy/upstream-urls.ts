import type { Static } from 'typebox';
import type { schema } from '../config.ts';

type Config = Readonly<Static<typeof schema>>;
type KebabCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}-${KebabCase<Tail>}`
  : Lowercase<Name>;
type NameOf<Key> = Key extends `${infer Name}_URL` ? KebabCase<Name> : never;

/** The services that the gateway has an address of: `STOCK_ALERT_URL` in config.ts makes `stock-alert` one. */
export type UpstreamName = NameOf<keyof Config>;

/** Each service's address. */
export function upstreamUrls(config: Config): Record<UpstreamName, string> {
  const urls = Object.entries(config).filter(([key]) => key.endsWith('_URL'));
  const named = urls.map(([key, url]) => [key.slice(0, -'_URL'.length).toLowerCase().replaceAll('_', '-'), url]);
  return Object.fromEntries(named) as Record<UpstreamName, string>;
}

/** One part for each service. */
export function forEachUpstream<Part>(
  urls: Record<UpstreamName, string>,
  make: (name: UpstreamName, baseUrl: string) => Part,
): Record<UpstreamName, Part> {
  const parts = Object.entries(urls).map(([name, url]) => [name, make(name as UpstreamName, url)]);
  return Object.fromEntries(parts) as Record<UpstreamName, Part>;
}

/** Throws when a route leads to a service without an address: at the start, and not to each of its clients. */
export function checkRoutes(
  routes: readonly { template: string; upstream: string }[],
  urls: Readonly<Record<string, string>>,
): void {
  for (const { template, upstream } of routes) {
    if (upstream in urls) continue;
    const key = `${upstream.toUpperCase().replaceAll('-', '_')}_URL`;
    throw new Error(`route ${template} leads to ${upstream}: add ${key}: service('${upstream}') to config.ts`);
  }
}
