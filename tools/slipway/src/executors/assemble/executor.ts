import { contextName } from '../../kube/target.ts';
import { openCluster } from '../../kube/open-cluster.ts';
import { prepareStack } from '../../pipeline/prepare-stack.ts';
import { assemble, ASSEMBLED } from '../../steps/assemble.ts';
import { openTimeline } from '../../timeline/timeline.ts';
import { readSettings } from '../../workspace/settings.ts';
import { compareFiles, writeFiles } from '../../workspace/write-files.ts';
import { forUser } from '../for-user.ts';

type Options = { baseOnly: boolean; check: boolean; context?: string; registry?: string };

export function assembleExecutor(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  return forUser({}, async (report) => {
    const settings = readSettings(root);
    if (options.check) return check(root, (await assemble(settings)).files);
    if (options.baseOnly) {
      const { files } = await assemble(settings);
      const { written, deleted } = await writeFiles(root, files, ASSEMBLED);
      for (const path of written) console.log(`wrote ${path}`);
      for (const path of deleted) console.log(`deleted ${path}`);
      console.log(`${files.size} files are current`);
      return true;
    }
    const context = contextName(settings.cluster, options.context);
    // Without a cluster the local copy of the secrets is all there is.
    const api =
      options.context === undefined ? await openCluster(context).catch(() => undefined) : await openCluster(context);
    try {
      if (api === undefined)
        console.log(`no cluster answers as ${context}: secrets come from the local copy, or are made up`);
      await prepareStack(settings, api, report, openTimeline(), options.registry);
    } finally {
      await api?.close();
    }
    console.log('next: npx nx run-many -t deploy-kind, or, with the images loaded: kubectl apply -k deploy/dev');
    return true;
  });
}

async function check(root: string, files: Map<string, string>): Promise<boolean> {
  const { written, deleted } = await compareFiles(root, files, ASSEMBLED);
  for (const path of written) console.error(`✗ ${path} is not what the services' files say`);
  for (const path of deleted) console.error(`✗ ${path} belongs to no service`);
  if (written.length + deleted.length === 0) {
    console.log(`${files.size} assembled files are current`);
    return true;
  }
  console.error('→ npx nx run deploy:assemble-base, then commit the result');
  return false;
}
