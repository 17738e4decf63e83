import { LocalError } from './local-error.ts';

/** The services named in `only`, all without it. */
export function selectServices<Service extends { name: string }>(all: Service[], only?: string[]): Service[] {
  if (all.length === 0)
    throw new LocalError('This workspace has no service', 'A folder apps/NAME with a k8s/fragment.yaml is one');
  if (only === undefined) return all;
  const unknown = only.filter((name) => !all.some((service) => service.name === name));
  if (unknown.length > 0 || only.length === 0) {
    throw new LocalError(
      `There is no service "${unknown.join('", "')}"`,
      `There are: ${all.map(({ name }) => name).join(', ')}`,
    );
  }
  return all.filter(({ name }) => only.includes(name));
}
