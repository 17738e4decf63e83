import { lostLoginFaults } from '../../database/lost-logins.ts';
import { FaultsError } from '../../faults/faults-error.ts';
import { contextName, nxCommand } from '../../kube/target.ts';
import type { KubeApi } from '../../kube/kube-api.ts';
import { openCluster } from '../../kube/open-cluster.ts';
import { readNamespace } from '../../namespace/claim-namespace.ts';
import { namespaceState } from '../../namespace/namespace-state.ts';
import { prepareStack } from '../../pipeline/prepare-stack.ts';
import { assemble, ASSEMBLED } from '../../steps/assemble.ts';
import { openTimeline } from '../../timeline/timeline.ts';
import { readSettings, type Settings } from '../../workspace/settings.ts';
import { compareFiles, writeFiles } from '../../workspace/write-files.ts';
import { forUser } from '../for-user.ts';

type Options = { baseOnly: boolean; check: boolean; context?: string; registry?: string; json: boolean };

export function assembleExecutor(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  return forUser(options, async (report) => {
    const say = (message: string) => report.event('stack', 'assemble', message);
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
      if (api === undefined) say(`no cluster answers as ${context}: secrets come from the local copy, or are made up`);
      else if (readable === undefined)
        say(`namespace ${settings.stack} of ${context} is not this stack's: its Secrets are not read`);
      await prepareStack(settings, readable, report, openTimeline(), options.registry, async (contracts) =>
        readable === undefined ? [] : lostLoginFaults(settings.workspaceRoot, settings.stack, contracts, readable),
      );
    } finally {
      await api?.close();
    }
    const deploy = nxCommand(settings, context, 'run-many -t deploy-kind');
    say(`next: ${deploy}, or, with the images loaded: kubectl --context ${context} apply -k deploy/dev`);
    return true;
  });
}

/** Whether the namespace may hold Secrets of ours. */
async function ownedBy(api: KubeApi, settings: Settings): Promise<boolean> {
  const { state } = namespaceState(await readNamespace(api, settings), settings);
  return state !== 'foreign' && state !== 'other-stack';
}

async function refuseStale(root: string, files: Map<string, string>): Promise<void> {
  const { written, deleted } = await compareFiles(root, files, ASSEMBLED);
  const cure = 'npx nx run deploy:assemble-base, then commit the result';
  const faults = [
    ...written.map((file) => ({ file, problem: "is not what the services' files say", cure })),
    ...deleted.map((file) => ({ file, problem: 'belongs to no service', cure })),
  ];
  if (faults.length > 0) throw new FaultsError(faults);
}
