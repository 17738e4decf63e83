import { UserError } from '@slipway/util/errors';
import type { Session } from '../../deploy/context/deploy-context.ts';
import { deploy } from '../../deploy/deploy.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import { restoreImages } from './restore-images.ts';

/** What watch mode leaves behind. `declared`: each Deployment as the files declared it when it was last deployed. */
export type WatchedStack = {
  session: Session;
  api: KubeApi;
  names: string[];
  declared: Map<string, KubernetesObject>;
  options: Parameters<typeof deploy>[2];
};

/** Deploys the images of the sources; of sources that do not build, the images that were deployed last. */
export async function putImagesBack(watched: WatchedStack): Promise<void> {
  const { session, names, options } = watched;
  const { report } = session;
  try {
    const { services: results } = await deploy(session, names, options);
    const unbuilt = results.filter(({ status, error }) => status === 'skipped' || error instanceof ValidationError);
    if (unbuilt.length > 0)
      await putLastBack(
        watched,
        unbuilt.map(({ service }) => service),
      );
    if (results.some((result) => result.status === 'failure' && !unbuilt.includes(result)))
      throw new UserError('not every image could be put back, see FAILED above');
    if (unbuilt.length === 0) report.event('stack', 'watch', 'the images are back');
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    report.block('stack', 'FAILED', error.message);
    await putLastBack(watched, names);
  }
}

async function putLastBack({ session, api, names, declared, options }: WatchedStack, left: string[]): Promise<void> {
  const objects = left.flatMap((name) => declared.get(name) ?? []);
  await restoreImages({ ...session, api, stack: session.settings.stack, timeoutMs: options.timeout * 1000 }, objects);
  const whose = left.length === names.length ? '' : ` of ${left.join(', ')}`;
  session.report.event(
    'stack',
    'watch',
    `the images${whose} that were deployed last are back; the sources have the problems above`,
  );
}
