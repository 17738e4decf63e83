import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FsTree } from 'nx/src/generators/tree.js';
import { applyObject } from '../../../src/kubernetes/apply/apply-object.ts';
import { plan } from '../../../src/kubernetes/apply/plan.ts';
import { fakeKubeApi } from '../../../src/kubernetes/client/fake-kube-api.ts';
import { pathOf } from '../../../src/kubernetes/client/fake-resources.ts';
import { assemble } from '../../../src/manifests/assemble.ts';
import { generatedComponent } from '../../../src/manifests/overlay/generated-component.ts';
import { rehashPatched } from '../../../src/manifests/overlay/rehash-patched.ts';
import { renderOverlay } from '../../../src/manifests/overlay/render-overlay.ts';
import { ejectGenerator } from '../../../src/nx/generators/eject/generator.ts';
import { readSettings } from '../../../src/util/workspace/settings.ts';
import { hasKubectl, makeSecretWorkspace } from '../../support/secret-workspace.ts';
import { write } from '../../support/workspace-with.ts';

const withKubectl = { skip: hasKubectl() ? false : 'kubectl comes with npm run cluster -- up' };
const repository = join(import.meta.dirname, '../../../../..');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-eject-')));
let root: string;
let configMaps: Record<string, string>;

before(async () => {
  root = makeSecretWorkspace(folder);
  mkdirSync(join(root, 'node_modules'));
  for (const name of ['esbuild', '@esbuild'])
    symlinkSync(join(repository, 'node_modules', name), join(root, 'node_modules', name));
  const { serviceSpecs, files } = await assemble(readSettings(root, 'fake'));
  for (const [path, text] of files) write(root, path, text);
  const names = serviceSpecs.map(({ name }) => name);
  configMaps = Object.fromEntries(names.map((name) => [name, files.get(`deploy/base/${name}/config-map.yaml`)!]));
  const component = generatedComponent({
    stack: 'demo',
    serviceSpecs,
    images: Object.fromEntries(
      [...names, 'postgres'].map((name) => [name, { newName: `slipway.local/demo/${name}`, newTag: 'abc' }]),
    ),
    environments: Object.fromEntries(
      serviceSpecs.map(({ name, keys }) => [name, Object.fromEntries(keys.map((key) => [key.name, 'secret-value']))]),
    ),
    databases: { alpha: { user: 'alpha', password: 'secret-value' } },
    configMaps,
  });
  for (const [path, text] of component) write(root, path, text);
});
after(() => rmSync(folder, { recursive: true }));

/** Runs the generator and writes what it writes. */
async function eject(options = {}): Promise<string[]> {
  const tree = new FsTree(root, false);
  await ejectGenerator(tree, options);
  const changes = tree.listChanges();
  for (const { path, type, content } of changes) {
    if (type === 'DELETE') rmSync(join(root, path), { recursive: true });
    else write(root, path, `${content}`);
  }
  return changes.map(({ path }) => path);
}

function ejectedFiles(): { path: string; content: string }[] {
  const paths = globSync('{deploy/ejected/**/*.*,apps/*/Dockerfile}', { cwd: root });
  return paths.map((path) => ({ path, content: readFileSync(join(root, path), 'utf8') }));
}

test('what eject writes applies exactly the objects that a deploy has applied', withKubectl, async () => {
  const overlay = `${readFileSync(join(root, 'deploy/dev/kustomization.yaml'), 'utf8')}patches: [{ path: level.yaml }]\n`;
  write(root, 'deploy/dev/kustomization.yaml', overlay);
  const patch = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'beta', namespace: 'demo' } };
  write(root, 'deploy/dev/level.yaml', JSON.stringify({ ...patch, data: { LOG_LEVEL: 'debug' } }));
  const deployed = rehashPatched(await renderOverlay(root, 'deploy/dev'), configMaps);
  const api = fakeKubeApi();
  for (const object of deployed) await applyObject(api, pathOf(object), object, { dryRun: false });

  await eject();
  const ejected = await renderOverlay(root, 'deploy/ejected/dev');
  const isNoSecret = ({ kind }: { kind: string }) => kind !== 'Secret';
  assert.deepEqual(ejected.map(pathOf).sort(), deployed.filter(isNoSecret).map(pathOf).sort());
  const { planned, problems } = await plan(api, ejected);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    planned.filter(({ outcome }) => outcome !== 'unchanged').map(({ path, differences }) => ({ path, differences })),
    [],
  );
  for (const { path, content } of ejectedFiles()) assert.ok(!content.includes('secret-value'), path);
});

test('it names no image where no deploy has named one, and says so', withKubectl, async () => {
  const file = 'deploy/dev/generated/kustomization.yaml';
  const text = readFileSync(join(root, file), 'utf8');
  write(root, file, text.replaceAll('name: beta\n    newName', 'name: other\n    newName'));
  await assert.rejects(eject(), /names no image for beta[^]*npx nx run deploy:assemble/);
  write(root, file, text);
});

test(
  'objects that share a name and a kind, but not a namespace or a group, have a file each',
  withKubectl,
  async () => {
    const file = 'deploy/dev/kustomization.yaml';
    const before = readFileSync(join(root, file), 'utf8');
    const twin = (apiVersion: string, namespace: string) => ({
      apiVersion,
      kind: 'Backup',
      metadata: { name: 'it', namespace },
    });
    const twins = [twin('one.example/v1', 'a'), twin('one.example/v1', 'b'), twin('two.example/v1', 'a')];
    write(root, 'deploy/dev/twins.yaml', twins.map((object) => JSON.stringify(object)).join('\n---\n'));
    write(root, file, before.replace('resources: [../base]', 'resources: [../base, twins.yaml]'));
    await eject();
    const found = globSync('deploy/ejected/dev/stack/it-backup*', { cwd: root }).sort();
    assert.deepEqual(
      found.map((path) => path.slice('deploy/ejected/dev/stack/'.length)),
      ['it-backup.a.one.example.yaml', 'it-backup.a.two.example.yaml', 'it-backup.b.one.example.yaml'],
    );
    write(root, file, before);
  },
);

test('the files of a service that is gone go with the next run', withKubectl, async () => {
  write(root, 'deploy/ejected/dev/gone/gone-service.yaml', 'kind: Service\n');
  assert.ok((await eject()).includes('deploy/ejected/dev/gone/gone-service.yaml'));
});

test(
  'a Dockerfile builds what runs: sources bundled, packages outside, files where code looks for them',
  withKubectl,
  async () => {
    write(root, 'node_modules/greet/package.json', '{ "name": "greet", "type": "module", "exports": "./index.js" }');
    write(root, 'node_modules/greet/index.js', 'export const greet = (name) => `hello ${name}`;\n');
    write(root, 'apps/alpha/src/deep/name.txt', 'alpha');
    write(
      root,
      'apps/alpha/src/deep/name.ts',
      `import { readFileSync } from 'node:fs';
enum Kind { Text = 'utf8' }
export const name: string = readFileSync(new URL('./name.txt', import.meta.url), Kind.Text);
`,
    );
    write(
      root,
      'apps/alpha/src/main.ts',
      `import { greet } from 'greet';
import { own } from 'own';
import { words } from '../../../libs/words/index.ts';
import { name } from './deep/name.ts';
console.log(greet(name), own, words);
`,
    );
    // A version that only the service has, and, as pnpm places them, one and a package that only a library has.
    const version = (text: string) => `export const own = '${text}';\n`;
    for (const [place, text] of [
      ['', 'of the root'],
      ['apps/alpha/', 'of alpha'],
      ['libs/words/', 'of words'],
    ] as const) {
      write(root, `${place}node_modules/own/package.json`, '{ "type": "module", "exports": "./index.js" }');
      write(root, `${place}node_modules/own/index.js`, version(text));
    }
    const store = 'node_modules/.pnpm/only@1/node_modules/only';
    write(root, `${store}/package.json`, '{ "type": "module", "exports": "./index.js" }');
    write(root, `${store}/index.js`, "export const only = 'only here';\n");
    symlinkSync(join(root, store), join(root, 'libs/words/node_modules/only'));
    write(
      root,
      'libs/words/index.ts',
      "import { only } from 'only';\nimport { own } from 'own';\nexport const words: string = `${own} ${only}`;\n",
    );
    assert.ok((await eject()).includes('apps/alpha/Dockerfile'));
    const text = readFileSync(join(root, 'apps/alpha/Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    for (const line of lines) assert.match(line, /^(ARG|FROM|WORKDIR|COPY|RUN|ENV|USER|ENTRYPOINT|CMD) \S/);
    assert.match(text, /^USER 10001:10001$/m);
    assert.match(text, /^WORKDIR \/app\/apps\/alpha$/m);
    const [build = ''] = lines.flatMap((line) => /^RUN (mkdir .*)$/.exec(line)?.slice(1) ?? []);
    execFileSync('sh', ['-ec', build], { cwd: root });
    // What the second stage copies.
    const image = mkdtempSync(join(folder, 'image-'));
    cpSync(join(root, 'dist/ejected'), image, { recursive: true });
    for (const [, path] of text.matchAll(/^COPY --from=build \/workspace\/(\S*node_modules) /gm))
      cpSync(join(root, path!), join(image, path!), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (source) => !/node_modules\/@?esbuild/.test(source),
      });
    const program = JSON.parse(/^CMD (.*)$/m.exec(text)![1]!) as string[];
    const said = execFileSync(process.execPath, program.slice(1), { cwd: join(image, 'apps/alpha') }).toString();
    assert.equal(said, 'hello alpha of alpha of words only here\n');
    assert.equal(readFileSync(join(image, 'apps/alpha/migrations/0001_first.sql'), 'utf8'), 'select 1;\n');
  },
);

test('a Dockerfile that eject has not written is not overwritten', withKubectl, async () => {
  const path = globSync('apps/*/Dockerfile', { cwd: root })[0] ?? assert.fail('eject has written none');
  write(root, path, 'FROM scratch\n');
  await assert.rejects(eject(), (error: Error) => error.message.includes(path));
  assert.equal(readFileSync(join(root, path), 'utf8'), 'FROM scratch\n');
});
