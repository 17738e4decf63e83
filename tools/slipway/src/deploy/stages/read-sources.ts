import { type PrefetchedRender, startRender } from '../../manifests/overlay/prefetched-render.ts';
import type { CollectedServiceSpecs } from '../../services/read-services.ts';
import type { PlanContext } from '../context/deploy-context.ts';
import { collectSources } from './assemble-and-build.ts';

const OVERLAY = 'deploy/dev';

/** The services' specs and the overlay, whose rendering has begun. */
export type Sources = CollectedServiceSpecs & { render: PrefetchedRender };

export async function readSources(context: PlanContext): Promise<Sources> {
  const render = startRender(context.settings.workspaceRoot, OVERLAY);
  return { render, ...(await collectSources(context)) };
}
