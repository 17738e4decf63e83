import { image } from '../../images/build/build-image.ts';
import type { ContainerImage } from '../../images/container-image.ts';
import { upstreamImage } from '../../images/upstream-image.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import { whenSlow } from '../report/when-slow.ts';
import type { PlanContext } from '../context/deploy-context.ts';

export type BuiltImages = {
  /** Name in the manifests → image. */
  images: Record<string, ContainerImage>;
  /** Service → why it cannot be built. */
  failures: Map<string, ValidationError>;
};

/** Builds the images of these services in memory, side by side; with a database also Postgres'. */
export async function build(
  { settings, timeline, report }: Pick<PlanContext, 'settings' | 'timeline' | 'report'>,
  serviceSpecs: ServiceSpec[],
): Promise<BuiltImages> {
  const failures = new Map<string, ValidationError>();
  const images: Record<string, ContainerImage> = {};
  const results = await Promise.allSettled(
    serviceSpecs.map((serviceSpec) => {
      const built = timeline.measure(serviceSpec.name, 'image', () => image(settings, serviceSpec));
      return whenSlow(() => report.event(serviceSpec.name, 'image', 'building'), built);
    }),
  );
  serviceSpecs.forEach(({ name }, index) => {
    const result = results[index];
    if (result?.status === 'fulfilled') images[name] = result.value;
    else if (result?.reason instanceof ValidationError) failures.set(name, result.reason);
    else throw result?.reason;
  });
  if (serviceSpecs.some(({ name, hasDatabase }) => hasDatabase && !failures.has(name)))
    images.postgres = await upstreamImage(settings.stack, 'postgres');
  return { images, failures };
}
