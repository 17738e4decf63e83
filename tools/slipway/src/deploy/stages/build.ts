import { image } from '../../images/build-image.ts';
import type { ContainerImage } from '../../images/container-image.ts';
import { upstreamImage } from '../../images/upstream-image.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import type { PlanContext } from '../context/deploy-context.ts';

/** Name in the manifests → image; of services that do not compile the problems. */
export type BuiltImages = { images: Record<string, ContainerImage>; problems: Problem[] };

/** Builds the image of every service in memory, side by side; with a database also Postgres'. */
export async function build(
  { settings, timeline }: Pick<PlanContext, 'settings' | 'timeline'>,
  serviceSpecs: ServiceSpec[],
): Promise<BuiltImages> {
  const problems: Problem[] = [];
  const images: Record<string, ContainerImage> = {};
  const results = await Promise.allSettled(
    serviceSpecs.map((serviceSpec) => timeline.measure(serviceSpec.name, 'image', () => image(settings, serviceSpec))),
  );
  results.forEach((result, index) => {
    if (result.status === 'fulfilled') images[serviceSpecs[index]!.name] = result.value;
    else if (result.reason instanceof ValidationError) problems.push(...result.reason.problems);
    else throw result.reason;
  });
  if (serviceSpecs.some(({ hasDatabase }) => hasDatabase))
    images.postgres = await upstreamImage(settings.stack, 'postgres');
  return { images, problems };
}
