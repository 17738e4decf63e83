import { UserError } from '@slipway/util/errors';
import { notLocal } from './local-program.ts';
import type { LocalService } from './local-service.ts';

/**
 * Divides the services into those that this machine runs and those that it cannot, with the reason. Throws UserError when
 * such a one was asked for by name, or when none is left.
 */
export function leaveOutUnrunnable(
  services: LocalService[],
  isByName: boolean,
): { here: LocalService[]; elsewhere: { name: string; reason: string }[] } {
  const elsewhere = services.flatMap((service) => {
    const reason = notLocal(service);
    return reason === undefined ? [] : [{ name: service.name, reason }];
  });
  const here = services.filter(({ name }) => !elsewhere.some((other) => other.name === name));
  const [first] = elsewhere;
  if (first !== undefined && (isByName || here.length === 0))
    throw new UserError(`${first.name} cannot run on this machine: ${first.reason}`, {
      hint: `npx nx run ${first.name}:deploy-kind runs it on kind`,
    });
  return { here, elsewhere };
}
