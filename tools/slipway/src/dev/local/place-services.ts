import { UserError } from '@slipway/util/errors';
import type { LocalService } from './local-service.ts';
import { moveAway, writeMovedPorts } from './moved-ports.ts';
import type { Output } from './output.ts';
import type { Plan } from './plan.ts';
import { findPortConflicts, portProblems } from './port-conflicts.ts';

type Scope = { dataDir: string; plan: Plan; throwaway: boolean; output: Output };

/** The plan with these services at ports that are free: the declared ones where possible. Says which are others. */
export async function placeServices(
  names: string[],
  { dataDir, plan, throwaway, output }: Scope,
): Promise<LocalService[]> {
  const own = (all: LocalService[]) => all.filter(({ name }) => names.includes(name));
  if (!throwaway) await writeMovedPorts(dataDir, names, {});
  const declared = await plan();
  const problems = portProblems(own(declared));
  if (problems.length > 0) throw new UserError(problems.join('\n✗ '));
  const conflicts = await findPortConflicts(own(declared));
  if (conflicts.length === 0 || throwaway) return declared;
  const moved = await moveAway(conflicts);
  for (const { service, key, port, holder } of conflicts)
    output.say(`  ${service}: port ${port} (${key}) is taken by ${holder}; it is ${moved[service]?.[key]} here`);
  await writeMovedPorts(dataDir, names, moved);
  return plan();
}
