import { localDataDir } from '../../dev/local/local-data-dir.ts';
import { readingPlan } from '../../dev/local/plan.ts';
import { openCluster } from '../../kubernetes/client/open-cluster.ts';
import { contextName, kindCluster } from '../../kubernetes/client/target.ts';
import { localLogFolder } from '../../operate/logs/local-log-file.ts';
import { readSettings } from '../../util/workspace/settings.ts';
import { runsFolder } from './runs-folder.ts';
import { clusterSource } from './cluster-source.ts';
import { localSource } from './local-source.ts';
import type { PageSource } from './page-source.ts';

export type SourceOptions = {
  kind: boolean;
  /** Of `npm start -- --stack NAME`. */
  stack?: string;
  context?: string;
};

/** The stack that the user means. `isDevelopment`: changes affect only this user. */
export async function chooseSource(
  root: string,
  { kind, stack, context }: SourceOptions,
): Promise<{ source: PageSource; isDevelopment: boolean }> {
  if (kind || context !== undefined) {
    // A cluster of another name than the settings have: its nodes and its hints are its own.
    const settings = readSettings(root, context === undefined ? undefined : kindCluster(context));
    const name = contextName(settings.cluster, context);
    const source = await clusterSource(await openCluster(name), settings);
    return { source, isDevelopment: kindCluster(name) !== undefined };
  }
  const dataDir = localDataDir(root, stack);
  const source = localSource({
    workspaceRoot: root,
    dataDir,
    logFolder: localLogFolder(stack),
    runsFolder: runsFolder(root, 'local', stack),
    services: readingPlan(root, dataDir),
    ...(stack === undefined ? {} : { stack }),
  });
  return { source, isDevelopment: true };
}
