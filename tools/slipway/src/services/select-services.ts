import { UserError } from '@slipway/util/errors';
import { nearest } from '../util/format/nearest.ts';

/** The services named in `only`, all without it. Throws UserError when there is none of a name, or none at all. */
export function selectServices<Service extends { name: string }>(all: Service[], only?: string[]): Service[] {
  const names = all.map(({ name }) => name);
  requireServices(names, only ?? names);
  return all.filter(({ name }) => only?.includes(name) ?? true);
}

/** Throws UserError, with what there is, unless all of the `wanted` services, at least one, are among the `known` ones. */
export function requireServices(known: string[], wanted: string[]): void {
  if (known.length === 0) {
    throw new UserError('this workspace has no service', {
      hint: 'npx nx g slipway:adopt PROJECT makes one of an app; a folder with a k8s/fragment.yaml or slipway.yaml is one',
    });
  }
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length === 0 && wanted.length > 0) return;
  const meant = unknown.map((name) => nearest(name, known)).filter((name) => name !== undefined);
  const guess = meant.length === 0 ? '' : `did you mean ${meant.join(', ')}? `;
  throw new UserError(wanted.length === 0 ? 'no service is named' : `there is no service "${unknown.join('", "')}"`, {
    hint: `${guess}there are: ${known.join(', ')}`,
  });
}
