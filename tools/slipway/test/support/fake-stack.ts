import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { readSettings, type Settings } from '../../src/util/workspace/settings.ts';
import { type FakeApi, openFakeApi, pathOf } from './fake-api.ts';
import { runPods } from './fake-controller.ts';
import { heard } from './heard.ts';
import { clusterObjects, makeSecretWorkspace, plantedSecrets } from './secret-workspace.ts';

type FakeStack = {
  api: FakeApi;
  settings: Settings;
  session: () => { settings: Settings; report: ReturnType<typeof heard>; signal: AbortSignal };
  /** What the Secret `name` holds. */
  secret: (name: string) => Record<string, string>;
};

/** The workspace of two services, deployed to a fake cluster that KUBECONFIG names. */
export async function fakeStack(): Promise<FakeStack> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-fake-stack-'));
  const settings = readSettings(makeSecretWorkspace(folder), 'fake');
  const api = await openFakeApi();
  api.controller = runPods(api);
  for (const object of clusterObjects(plantedSecrets().secrets)) {
    // Those that controllers make of the others come by themselves.
    if (object.kind === 'ReplicaSet' || object.kind === 'Pod') continue;
    const { spec } = object as { spec?: { template?: object } };
    if (spec?.template !== undefined) Object.assign(spec.template, { metadata: { labels: object.metadata.labels } });
    api.request('PATCH', `${pathOf(object)}?fieldManager=slipway`, JSON.stringify(object));
  }
  const { KUBECONFIG } = process.env;
  process.env.KUBECONFIG = api.kubeconfig;
  after(() => {
    api.close();
    rmSync(folder, { recursive: true });
    if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = KUBECONFIG;
  });
  return {
    api,
    settings,
    session: () => ({ settings, report: heard(), signal: new AbortController().signal }),
    secret: (name) => {
      const { data } = api.objects.get(`/api/v1/namespaces/${settings.stack}/secrets/${name}`)!;
      const entries = Object.entries(data as Record<string, string>);
      return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
    },
  };
}
