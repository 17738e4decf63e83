import Type from 'typebox';
import { keyword } from '../keyword.ts';

/** The base URL of another service, without a trailing slash. Declaring it makes the edge in every graph. */
export function service(name: string) {
  return Type.String({
    description: `base URL of the ${name} service`,
    pattern: '^https?://[^/]+$',
    ...keyword({ kind: 'service-url', service: name }),
  });
}
