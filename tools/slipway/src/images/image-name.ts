import type { ContainerImage } from './container-image.ts';

/** How a kustomization names an image. */
export type ImageName = { newName: string } & ({ newTag: string } | { digest: string });

/** `shop/order`: the image's repository in any registry. */
export function repositoryPath({ repository }: ContainerImage): string {
  return repository.slice(repository.indexOf('/') + 1);
}

/** The name that pods use: by tag where slipway loads the image, by digest where a registry serves it. */
export function imageName(image: ContainerImage, registry: string | undefined): ImageName {
  return registry === undefined
    ? { newName: image.repository, newTag: image.tag }
    : { newName: `${registry}/${repositoryPath(image)}`, digest: image.manifest.digest };
}
