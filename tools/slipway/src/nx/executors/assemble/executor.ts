import { lostLoginProblems } from '../../../deploy/database/lost-logins.ts';
import { ValidationError } from '../../../util/problems/validation-error.ts';
import { contextName, nxCommand } from '../../../kubernetes/client/target.ts';
import type { KubeApi } from '../../../kubernetes/client/kube-api.ts';
import { openCluster } from '../../../kubernetes/client/open-cluster.ts';
import { readNamespace } from '../../../deploy/namespace/claim-namespace.ts';
import { namespaceState } from '../../../deploy/namespace/namespace-state.ts';
import { assembleAndBuild, collectSources } from '../../../deploy/stages/assemble-and-build.ts';
import { assemble, ASSEMBLED } from '../../../manifests/assemble.ts';
import { allSucceeded } from '../../../services/run-in-dependency-order.ts';
import type { ServiceSpec } from '../../../services/service-spec.ts';
import type { Problem } from '../../../util/problems/problem.ts';
import { openTimeline } from '../../../util/timeline.ts';
import { readSettings, type Settings } from '../../../util/workspace/settings.ts';
import { compareFiles, writeFiles } from '../../../util/files/write-files.ts';
import { parseRegistry } from '../../../util/registry-address.ts';
import { forUser } from '../shared/for-user.ts';

type Options = { baseOnly: boolean; check: boolean; context?: string; registry?: string; json: boolean };

export function assembleExecutor(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  return forUser(options, async (report) => {
    const say = (message: string) => report.event('stack', 'assemble', message);
    if (options.registry !== undefined) parseRegistry(options.registry);
    const settings = readSettings(root);
    if (options.check) {
      const { files } = await assemble(settings);
      await refuseStale(root, files);
      say(`${files.size} assembled files are current`);
      return true;
    }
    if (options.baseOnly) {
      const { files } = await assemble(settings);
      const { written, deleted } = await writeFiles(root, files, ASSEMBLED);
      for (const path of written) say(`wrote ${path}`);
      for (const path of deleted) say(`deleted ${path}`);
      say(`${files.size} files are current`);
      return true;
    }
    const context = contextName(settings.cluster, options.context);
    // Without a cluster the local copy of the secrets is all there is.
    const api =
      options.context === undefined ? await openCluster(context).catch(() => undefined) : await openCluster(context);
    const readable = api && (await ownedBy(api, settings)) ? api : undefined;
    try {
      if (api === undefined) say(`no cluster answers as ${context}: secrets come from the local copy or are generated`);
      else if (readable === undefined)
        say(`namespace ${settings.stack} of ${context} is not this stack's: its Secrets are not read`);
      const work = { settings, report, timeline: openTimeline(), api: readable, options };
      const sources = await collectSources(work);
      const services = sources.serviceSpecs.map(({ name }) => name);
      const checks = checkLogins(work, sources.serviceSpecs);
      const { leftOut } = await assembleAndBuild({ ...work, services }, sources, checks);
      if (!allSucceeded(leftOut)) return false;
    } finally {
      await api?.close();
    }
    const deploy = nxCommand(settings, context, 'run-many -t deploy-kind');
    say(`next: ${deploy}, or, with the images loaded: kubectl --context ${context} apply -k deploy/dev`);
    return true;
  });
}

async function checkLogins(
  { settings, api }: { settings: Settings; api: KubeApi | undefined },
  serviceSpecs: ServiceSpec[],
): Promise<Problem[]> {
  return api === undefined ? [] : lostLoginProblems(settings.workspaceRoot, settings.stack, serviceSpecs, api);
}

/** Whether the namespace may hold Secrets of ours. */
async function ownedBy(api: KubeApi, settings: Settings): Promise<boolean> {
  const { state } = namespaceState(await readNamespace(api, settings), settings);
  return state !== 'foreign' && state !== 'other-stack';
}

async function refuseStale(root: string, files: Map<string, string>): Promise<void> {
  const { written, deleted } = await compareFiles(root, files, ASSEMBLED);
  const hint = 'npx nx run deploy:assemble-base, then commit the result';
  const problems = [
    ...written.map((file) => ({ file, message: "is not what the services' files say", hint })),
    ...deleted.map((file) => ({ file, message: 'belongs to no service', hint })),
  ];
  if (problems.length > 0) throw new ValidationError(problems);
}
