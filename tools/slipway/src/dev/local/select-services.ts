import { UserError } from '@slipway/util/errors';

/** The services named in `only`, all without it. */
export function selectServices<Service extends { name: string }>(all: Service[], only?: string[]): Service[] {
  if (all.length === 0)
    throw new UserError('this workspace has no service', {
      hint: 'npx nx g slipway:adopt PROJECT makes one of an app; a folder with a k8s/fragment.yaml or slipway.yaml is one',
    });
  if (only === undefined) return all;
  const unknown = only.filter((name) => !all.some((service) => service.name === name));
  if (unknown.length > 0 || only.length === 0) {
    throw new UserError(`there is no service "${unknown.join('", "')}"`, {
      hint: `there are: ${all.map(({ name }) => name).join(', ')}`,
    });
  }
  return all.filter(({ name }) => only.includes(name));
}
