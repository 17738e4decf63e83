import { InterruptedError, interruptible } from '@slipway/util/interruption';
import { localDataDir } from '../../../dev/local/local-data-dir.ts';
import { defaultPlan } from '../../../dev/local/plan.ts';
import { contextName, kindCluster } from '../../../kubernetes/client/target.ts';
import { openCluster } from '../../../kubernetes/client/open-cluster.ts';
import { localLogFolder } from '../../../operate/logs/local-log-file.ts';
import { clusterSource } from '../../../page/data/cluster-source.ts';
import { localSource } from '../../../page/data/local-source.ts';
import type { PageSource } from '../../../page/data/page-source.ts';
import { openPageData } from '../../../page/data/page-data.ts';
import { startPageServer } from '../../../page/server/page-server.ts';
import { receiveSpans } from '../../../page/telemetry/receive-spans.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { endContinuous } from '../end-continuous.ts';
import { explainFailure } from '../explain-failure.ts';

type Options = { kind: boolean; stack?: string; readOnly?: boolean; context?: string };

/** Serves the page until it is interrupted. */
export async function uiExecutor(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  try {
    await interruptible((signal) => servePage(root, options, signal));
    return { success: true };
  } catch (error) {
    // Ctrl-C is how it ends.
    if (error instanceof InterruptedError) return { success: true };
    return endContinuous(explainFailure(error, {}));
  }
}

async function servePage(root: string, options: Options, signal: AbortSignal): Promise<void> {
  const { source, isDevelopment } = await sourceOf(root, options);
  const data = openPageData(source, { isReadOnly: options.readOnly ?? !isDevelopment });
  const server = await startPageServer(receiveSpans);
  server.show(data);
  console.log(
    `\n  The page of ${source.title}: ${server.link}\n\nWhoever has the link sees the stack. Ctrl-C ends it.`,
  );
  try {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  } finally {
    await server.close();
    await data.close();
  }
}

async function sourceOf(
  root: string,
  { kind, stack, context }: Options,
): Promise<{ source: PageSource; isDevelopment: boolean }> {
  if (kind || context !== undefined) {
    const settings = readSettings(root);
    const name = contextName(settings.cluster, context);
    const source = await clusterSource(await openCluster(name), settings);
    return { source, isDevelopment: kindCluster(name) !== undefined };
  }
  const dataDir = localDataDir(root, stack);
  const source = localSource({
    workspaceRoot: root,
    dataDir,
    logFolder: localLogFolder(stack),
    services: defaultPlan(root, dataDir),
    ...(stack === undefined ? {} : { stack }),
  });
  return { source, isDevelopment: true };
}
