import { isPublished } from '../../images/image-name.ts';
import type { ContainerImage } from '../../images/container-image.ts';
import { megabytes } from '../../util/format/megabytes.ts';
import type { DeployContext } from '../context/deploy-context.ts';
import type { PreparedStack } from './assemble-and-build.ts';
import { whenSlow } from '../report/when-slow.ts';
import { known } from '../../util/known.ts';

/** Publishes what the selected services run, and reports what each place was sent. */
export async function push(
  { publisher, services, report, options }: DeployContext,
  stack: PreparedStack,
): Promise<void> {
  const wanted = imagesOf(services, stack).filter((image) => isPublished(image, options.registry));
  const told = () => report.event('stack', 'load', `sending what the cluster lacks of ${wanted.length} images`);
  for (const { place, images, bytes } of await whenSlow(told, publisher.publish(wanted))) {
    const sent = images === 0 ? 'has everything' : `${images} images, ${megabytes(bytes)}`;
    report.event('stack', 'load', `${place}: ${sent}`);
  }
}

function imagesOf(services: string[], { serviceSpecs, images }: PreparedStack): ContainerImage[] {
  const selected = serviceSpecs.filter(({ name }) => services.includes(name));
  const hasDatabase = selected.some((serviceSpec) => serviceSpec.hasDatabase);
  const names = [...selected.map(({ name }) => name), ...(hasDatabase ? ['postgres'] : [])];
  return names.map((name) => known(images, name));
}
