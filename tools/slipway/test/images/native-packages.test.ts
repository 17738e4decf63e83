import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { image } from '../../src/images/build/build-image.ts';
import { serviceLayers } from '../../src/images/layers/service-layers.ts';
import { binaryPlatform, platformName } from '../../src/images/layers/platform.ts';
import type { ValidationError } from '../../src/util/problems/validation-error.ts';
import { makeWorkspace, repository, shopSpec, useOwnCache } from './fixture-service.ts';

useOwnCache();
const removals: (() => void)[] = [];
after(() => removals.forEach((remove) => remove()));

/** The begin of an addon: `ELF` for linux (with the C library that it names), Mach-O for darwin. */
function addon(os: 'linux' | 'darwin', cpu: 'x64' | 'arm64', libc = 'libc.so.6'): Buffer {
  const bytes = Buffer.alloc(128);
  bytes.writeUInt32LE(os === 'linux' ? 0x464c457f : 0xfeedfacf, 0);
  if (os === 'linux') bytes.writeUInt16LE(cpu === 'x64' ? 0x3e : 0xb7, 18);
  else bytes.writeUInt32LE(cpu === 'x64' ? 0x01000007 : 0x0100000c, 4);
  bytes.write(libc, 64, 'latin1');
  return bytes;
}

type Package = {
  files?: Record<string, Buffer>;
  optional?: string[];
  os?: string[];
  cpu?: string[];
  isAbsent?: boolean;
};

/** A service that imports the first of the packages. */
function serviceWith(packages: Record<string, Package>) {
  const names = Object.keys(packages);
  const locked = Object.entries(packages).map(([name, { optional = [], os, cpu }]) => [
    `node_modules/${name}`,
    {
      version: '1.0.0',
      license: 'MIT',
      os,
      cpu,
      optionalDependencies: Object.fromEntries(optional.map((it) => [it, '1'])),
    },
  ]);
  const workspace = makeWorkspace({
    'package-lock.json': JSON.stringify({ packages: Object.fromEntries(locked) }),
    'apps/shop/package.json': '{"type":"module"}',
    'apps/shop/src/main.ts': `import it from '${names[0]}';\nconsole.log(it);\n`,
  });
  removals.push(workspace.remove);
  for (const [name, { files = {}, optional = [], isAbsent = false }] of Object.entries(packages)) {
    if (isAbsent) continue;
    const optionalDependencies = Object.fromEntries(optional.map((it) => [it, '1']));
    const folder = `node_modules/${name}`;
    workspace.write(
      `${folder}/package.json`,
      JSON.stringify({ name, version: '1.0.0', license: 'MIT', main: 'index.js', optionalDependencies }),
    );
    workspace.write(`${folder}/index.js`, 'module.exports = require(`./${process.platform}.node`);\n');
    for (const [path, bytes] of Object.entries(files)) workspace.write(`${folder}/${path}`, bytes);
  }
  const settings = {
    workspaceRoot: workspace.root,
    stack: 'demo',
    workspace: 'demo',
    cluster: 'demo',
    defaultCluster: 'demo',
  };
  return { root: workspace.root, build: () => image(settings, shopSpec) };
}

async function problemOf(build: () => Promise<unknown>) {
  const error = await build().then(
    () => assert.fail('it was built'),
    (thrown: unknown) => thrown as ValidationError,
  );
  assert.equal(error.problems?.length, 1, String(error));
  return error.problems[0]!;
}

const variant = (os: 'linux' | 'darwin', cpu: 'x64' | 'arm64', isAbsent = false): Package => ({
  os: [os],
  cpu: [cpu],
  isAbsent,
  files: { 'it.node': addon(os, cpu) },
});

test('an addon that was compiled for another system or processor is refused with its package; as a process it may run', async () => {
  const mac = serviceWith({ compiled: { files: { 'build/it.node': addon('darwin', 'arm64') } } });
  const problem = await problemOf(mac.build);
  assert.equal(problem.file, 'node_modules/compiled');
  assert.match(problem.message, /native code for darwin-arm64 alone, and the image is for linux-x64/);
  assert.ok(await serviceLayers(mac.root, shopSpec));
  const arm = serviceWith({ compiled: { files: { 'build/it.node': addon('linux', 'arm64') } } });
  assert.match((await problemOf(arm.build)).message, /linux-arm64 alone/);
  const musl = serviceWith({
    compiled: { files: { 'build/it.node': addon('linux', 'x64', 'libc.musl-x86_64.so.1') } },
  });
  assert.match((await problemOf(musl.build)).message, /linux-x64-musl alone/);
});

test('a package that brings addons for many platforms needs one that fits', async () => {
  const files = { 'prebuilds/a.node': addon('darwin', 'x64'), 'prebuilds/b.node': addon('linux', 'x64') };
  assert.ok(await serviceWith({ many: { files } }).build());
});

test('a package whose part for this platform is not installed is refused with the command that installs it', async () => {
  const optional = ['picture-darwin', 'picture-linux'];
  const packages = { picture: { optional }, 'picture-darwin': variant('darwin', 'arm64') };
  const { build } = serviceWith({ ...packages, 'picture-linux': variant('linux', 'x64', true) });
  const problem = await problemOf(build);
  assert.equal(problem.file, 'node_modules/picture');
  assert.match(problem.message, /darwin-arm64 alone/);
  assert.match(problem.hint, /^npm install --no-save --os=linux --cpu=x64 --libc=glibc picture; /);
  assert.ok(await serviceWith({ ...packages, 'picture-linux': variant('linux', 'x64') }).build());
});

test('a part that exists for another system alone is no part that an image lacks', async () => {
  assert.ok(
    await serviceWith({
      watch: { optional: ['fsevents'] },
      fsevents: { ...variant('darwin', 'x64'), cpu: [] },
    }).build(),
  );
});

test('the header of real addons says what they are for', () => {
  const names = globSync('node_modules/bcrypt/prebuilds/{linux,darwin,win32}-*/*.node', { cwd: repository });
  assert.ok(names.length > 5);
  for (const name of names) {
    const [os, cpu] = name.split('/').at(-2)!.split('-') as [string, string];
    const platform = binaryPlatform(readFileSync(join(repository, name)))!;
    assert.deepEqual(platform.os, [os], name);
    if (os === 'linux')
      assert.equal(platformName(platform), `linux-${cpu}${name.includes('musl') ? '-musl' : ''}`, name);
  }
});
