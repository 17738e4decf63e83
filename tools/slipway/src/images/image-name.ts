import type { ContainerImage } from './container-image.ts';

/** How a kustomization names an image. */
export type ImageName = { newName: string } & ({ newTag: string } | { digest: string });

/** `shop/order`: the image's repository in any registry. */
export function repositoryPath({ repository }: ContainerImage): string {
  return repository.slice(repository.indexOf('/') + 1);
}

/**
 * The name that pods use: by tag where slipway loads the image, by digest where a registry serves it. One that another
 * place has keeps its name there.
 */
export function imageName(image: ContainerImage, registry: string | undefined): ImageName {
  if (image.upstream !== undefined && (registry !== undefined || image.blobs.length === 0)) {
    const [newName = '', digest = ''] = image.upstream.split('@');
    return { newName, digest };
  }
  return registry === undefined
    ? { newName: image.repository, newTag: image.tag }
    : { newName: `${registry}/${repositoryPath(image)}`, digest: image.manifest.digest };
}

/** Whether slipway has to bring the image to where `imageName` says. */
export function isPublished(image: ContainerImage, registry: string | undefined): boolean {
  return image.upstream === undefined || (registry === undefined && image.blobs.length > 0);
}
