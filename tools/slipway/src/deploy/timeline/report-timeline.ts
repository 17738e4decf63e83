import { databaseName } from '../../manifests/defaults/database.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { DeployContext } from '../context/deploy-context.ts';
import { TIMELINE, writeTimeline } from './write-timeline.ts';

/** One line per stage, and the timeline in dist/deploy. */
export async function reportTimeline(
  { settings: { workspaceRoot }, timeline, report }: DeployContext,
  services: ServiceSpec[],
): Promise<void> {
  const waits = services.flatMap(({ name, calls }): [string, string[]][] => [
    [name, [...calls, databaseName(name)]],
    [databaseName(name), []],
  ]);
  const { stages, totalMs } = await writeTimeline(workspaceRoot, timeline, Object.fromEntries(waits));
  const lines = Object.entries({ ...stages, total: totalMs }).map(
    ([stage, ms]) => `${stage.padEnd(9)} ${(ms / 1000).toFixed(2).padStart(6)} s`,
  );
  report.block('stack', 'timing', [...lines, `${TIMELINE}/timeline.html`].join('\n'));
}
