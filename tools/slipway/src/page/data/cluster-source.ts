import { hideValue } from '@slipway/util/secret-mask';
import { diff } from '../../deploy/diff.ts';
import { UNCHANGED } from '../../deploy/report/report-plan.ts';
import type { Reporter } from '../../deploy/report/reporter.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { stackAddress } from '../../kubernetes/client/stack-address.ts';
import { kindCluster, nxCommand } from '../../kubernetes/client/target.ts';
import { SERVICE_LABEL } from '../../kubernetes/labels.ts';
import { podsOf } from '../../kubernetes/rollout/pods-of.ts';
import { openStackView } from '../../kubernetes/rollout/stack-view.ts';
import { databaseName } from '../../manifests/defaults/database.ts';
import { podLogSource } from '../../operate/logs/pod-log-source.ts';
import { gatherStatus, readWorkingTree, type Scrapes as PodScrapes } from '../../operate/status/gather-status.ts';
import { collectServiceSpecs, readServiceSpecs } from '../../services/read-services.ts';
import { runsFolder } from './runs-folder.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import { clusterAct } from './cluster-actions.ts';
import { clusterDatabases } from './cluster-databases.ts';
import { readDeploys } from './cluster-deploys.ts';
import { clusterDetails, pageRevisions } from './cluster-details.ts';
import { clusterDatabase, clusterService } from './cluster-workloads.ts';
import { environmentKeys } from './environment-keys.ts';
import { pageEdges } from './page-edges.ts';
import { pageFinding } from './page-finding.ts';
import type { PageSource } from './page-source.ts';
import type { PageDatabase, PageFinding } from './page-types.ts';
import type { PageDiff } from './page-deploys.ts';
import { createScrapes, type Scrapes } from './scrapes.ts';
import { hasSeed } from './seed-stack.ts';
import { transactionFinding } from './transaction-finding.ts';
import { worstFirst } from './worst-first.ts';

/** The stack in a cluster, as `deploy:status` and `deploy:logs` see it. Closes `api` at its end. */
export async function clusterSource(api: KubeApi, settings: Settings): Promise<PageSource> {
  const { stack, workspaceRoot } = settings;
  const { context } = api;
  await hideSecretsOf(api, stack);
  const view = await openStackView(api, stack);
  const isKind = kindCluster(context) !== undefined;
  // A console in a database that is not for development is nothing that a page opens.
  const databases = isKind ? clusterDatabases({ context, stack }) : undefined;
  const url = await stackAddress(api, settings).catch(() => undefined);
  const scrapes = new Map<string, Scrapes>();
  let last: PodScrapes = new Map();

  const keepScrapes = (names: string[], next: PodScrapes) => {
    for (const name of names) {
      const own = scrapes.get(name) ?? createScrapes();
      scrapes.set(name, own);
      for (const { metadata } of podsOf(view, name)) {
        const scrape = next.get(metadata.name);
        if (scrape !== undefined) own.add(scrape.samples, metadata.name);
      }
    }
    last = next;
  };

  return {
    place: 'cluster',
    workspaceRoot,
    runsFolder: runsFolder(workspaceRoot, context, stack),
    title: `${stack} on ${context}`,
    logs: podLogSource(api, stack),
    async look() {
      const tree = await readWorkingTree(settings, false);
      const { status, scrapes: next } = await gatherStatus({ api, view, settings, tree }, last);
      keepScrapes(
        status.services.map(({ name }) => name),
        next,
      );
      const looked = status.databases.map((database) => clusterDatabase(database, databases));
      return {
        isReady: status.isReady,
        findings: worstFirst([
          ...looked.flatMap((database) => transactionFindings(database, settings, context)),
          ...status.findings.map(pageFinding),
        ]),
        services: status.services.map((service) =>
          clusterService(service, {
            scrapes: scrapes.get(service.name),
            hasDatabase: status.databases.some(({ name }) => name === databaseName(service.name)),
            isKind,
            pods: podsOf(view, service.name),
            ...(url?.service === service.name ? { url: url.url } : {}),
          }),
        ),
        databases: looked,
        edges: pageEdges(tree.serviceSpecs, scrapes),
        starts: [],
        actions: isKind && hasSeed(workspaceRoot) ? ['seed'] : [],
      };
    },
    async environment(name) {
      const { serviceSpecs } = await collectServiceSpecs(workspaceRoot);
      const spec = serviceSpecs.find((known) => known.name === name);
      return spec && environmentKeys(workspaceRoot, spec, 'kind');
    },
    details: (service) => clusterDetails({ api, view, settings }, service),
    async deploys() {
      const names = [...view.deployments.values()]
        .filter(({ metadata }) => metadata.labels?.[SERVICE_LABEL] !== undefined)
        .map(({ metadata }) => metadata.name);
      const revisions = await Promise.all(
        names.map(async (service) =>
          (await pageRevisions({ api, settings }, service)).map((revision) => ({ service, ...revision })),
        ),
      );
      return {
        deploys: readDeploys(workspaceRoot),
        revisions: revisions.flat().sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
      };
    },
    async diff(signal) {
      const changes: PageDiff['changes'] = [];
      const report: Reporter = {
        // What is pruned, and what others have set: the other stages report their progress.
        event: (who, step, text) => {
          if ((step === 'diff' || step === 'apply') && text !== UNCHANGED) changes.push({ who, text });
        },
        block: (who, _, text) => changes.push({ who, text }),
        end: () => undefined,
      };
      const services = (await readServiceSpecs(workspaceRoot)).map(({ name }) => name);
      const results = await diff({ settings, report, signal }, services, { context, timeout: 0, force: true });
      const left = results.filter(({ status }) => status !== 'success');
      return { changes: [...changes, ...left.map(({ service, message }) => ({ who: service, text: message }))] };
    },
    act: (action, signal, note) => clusterAct({ api, view, settings }, action, { signal, note }),
    async close() {
      view.close();
      await api.close();
    },
  };
}

/** So that no line and no event can show one. Where they may not be read, the services scrub their own lines. */
async function hideSecretsOf(api: KubeApi, namespace: string): Promise<void> {
  type Secrets = { items: { data?: Record<string, string> }[] };
  const secrets = await api.get<Secrets>(`/api/v1/namespaces/${namespace}/secrets`).catch(() => undefined);
  for (const { data = {} } of secrets?.items ?? [])
    for (const [key, value] of Object.entries(data)) hideValue(key, Buffer.from(value, 'base64'));
}

/** What holds a lock, or takes long, in a database of the cluster. */
function transactionFindings(database: PageDatabase, settings: Settings, context: string): PageFinding[] {
  const command = nxCommand(settings, context, `run ${database.service}:psql`);
  return (database.transactions ?? []).flatMap((transaction) =>
    transactionFinding(database.name, transaction, command),
  );
}
