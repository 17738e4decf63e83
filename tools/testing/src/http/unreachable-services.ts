/** `properties` of the JSON Schema of a service's environment, with what slipway reads of a key. */
type EnvironmentSchema = { properties: Record<string, object> };

/** A port that nobody may listen at. */
const NOWHERE = 'http://127.0.0.1:1';

/** An address for every service that a schema names: a test gives those that it starts, and is not about the others. */
export function unreachableServices({ properties }: EnvironmentSchema): Record<string, string> {
  const isService = (key: object) =>
    'x-slipway' in key && (key['x-slipway'] as { kind?: string }).kind === 'service-url';
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, key]) => (isService(key) ? [[name, NOWHERE]] : [])),
  );
}
