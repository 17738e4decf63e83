import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeTar } from '@slipway/oci/tar';
import { readServiceSpecs } from '../../src/services/read-services.ts';
import { serviceLayers } from '../../src/images/layers/service-layers.ts';
import { createSbom } from '../../src/images/sbom/create-sbom.ts';
import { debianPackages } from '../../src/images/sbom/debian-packages.ts';
import { licenseProblems } from '../../src/images/sbom/license-problems.ts';
import { readPluginOptions } from '../../src/util/workspace/plugin-options.ts';
import { lockedPackages, packageFolders } from '../../src/images/sbom/npm-packages.ts';

const root = join(import.meta.dirname, '../../../..');
const folder = mkdtempSync(join(tmpdir(), 'slipway-sbom-'));
after(() => rmSync(folder, { recursive: true }));

test('a package is where its files lie: scoped, nested, and not our own', () => {
  assert.deepEqual(
    packageFolders([
      'node_modules/pg/lib/a.js',
      'node_modules/pg/lib/b.js',
      'node_modules/@scope/name/index.js',
      'node_modules/a/node_modules/b/index.js',
      'apps/order/src/main.ts',
    ]),
    ['node_modules/@scope/name', 'node_modules/a/node_modules/b', 'node_modules/pg'],
  );
});

test('every package in every service’s bundle is pinned with its integrity and has an allowed licence', async () => {
  for (const serviceSpec of await readServiceSpecs(root)) {
    const { npm, packages } = await serviceLayers(root, serviceSpec);
    const locked = lockedPackages(root, npm);
    assert.ok(
      locked.some(({ name }) => name === 'fastify'),
      serviceSpec.name,
    );
    assert.equal(
      locked.some(({ name }) => name === 'pg'),
      serviceSpec.hasDatabase,
      serviceSpec.name,
    );
    // Types are erased: what only they come from is in no bundle.
    assert.ok(!locked.some(({ name }) => name.startsWith('@types/')));
    assert.deepEqual(
      locked.filter(({ integrity }) => integrity === undefined),
      [],
    );
    assert.deepEqual(licenseProblems(locked, readPluginOptions(root).licenses), []);
    const listed = execFileSync('tar', ['-t'], { input: packages.tar, encoding: 'utf8' }).split('\n');
    for (const folder of npm) {
      const text = new RegExp(`^app/(licenses/)?${folder}/(licen[cs]e|copying|notice|unlicense)[^/]*$`, 'i');
      assert.ok(
        listed.some((path) => text.test(path)),
        `${folder} has its licence text with it`,
      );
    }
  }
});

test('pnpm: version and licence as installed, integrity as its lockfile pins it; a package without a licence asserts none', () => {
  const workspace = join(folder, 'pnpm');
  const store = 'node_modules/.pnpm/a@1.2.3/node_modules/a';
  const put = (path: string, content: object) => {
    mkdirSync(join(workspace, path, '..'), { recursive: true });
    // JSON is YAML.
    writeFileSync(join(workspace, path), JSON.stringify(content));
  };
  put(`${store}/package.json`, { name: 'a', version: '1.2.3', license: 'MIT' });
  put('node_modules/old/package.json', { name: 'old', version: '0.1.0', license: { type: 'ISC' } });
  put('node_modules/silent/package.json', { name: 'silent', version: '1.0.0' });
  put('pnpm-lock.yaml', { packages: { 'a@1.2.3': { resolution: { integrity: 'sha512-AAEC' } } } });
  const npm = lockedPackages(workspace, [store, 'node_modules/old', 'node_modules/silent']);
  assert.deepEqual(npm, [
    { name: 'a', version: '1.2.3', license: 'MIT', integrity: 'sha512-AAEC' },
    { name: 'old', version: '0.1.0', license: 'ISC' },
    { name: 'silent', version: '1.0.0', license: 'NOASSERTION' },
  ]);
  const image = { name: 'r.example/acme/a', digest: 'sha256:00' };
  const { components } = createSbom({ image, node: undefined, npm, debian: [] }) as { components: object[] };
  assert.deepEqual(
    components.map((component) => ['licenses' in component, 'hashes' in component]),
    [
      [true, true],
      [true, false],
      [false, false],
    ],
  );
});

test('the licence of a package is read in the forms of old manifests, too', (t) => {
  const workspace = mkdtempSync(join(tmpdir(), 'slipway-licences-'));
  t.after(() => rmSync(workspace, { recursive: true }));
  const forms: Record<string, object> = {
    busboy: { licenses: [{ type: 'MIT' }] },
    two: { licenses: [{ type: 'MIT' }, { type: 'Apache-2.0' }] },
    object: { license: { type: 'ISC' } },
    none: {},
  };
  for (const [name, manifest] of Object.entries(forms)) {
    mkdirSync(join(workspace, 'node_modules', name), { recursive: true });
    writeFileSync(
      join(workspace, 'node_modules', name, 'package.json'),
      JSON.stringify({ version: '1.0.0', ...manifest }),
    );
  }
  const folders = Object.keys(forms).map((name) => `node_modules/${name}`);
  assert.deepEqual(
    lockedPackages(workspace, folders).map(({ license }) => license),
    ['MIT', '(MIT OR Apache-2.0)', 'ISC', 'NOASSERTION'],
  );
});

test('a licence that nobody has looked at is a problem with its hint', () => {
  const packages = [{ name: 'x', version: '1.0.0', license: 'GPL-3.0-only' }];
  assert.deepEqual(licenseProblems(packages, undefined), [], 'a workspace without a list has no opinion');
  const refused = (license: string, ...allowed: string[]) =>
    licenseProblems([{ name: 'x', version: '1.0.0', license }], allowed).length > 0;
  assert.equal(refused('(MIT OR GPL-3.0-only)', 'MIT'), false, 'we choose');
  assert.equal(refused('(GPL-2.0-only OR GPL-3.0-only)', 'MIT'), true);
  assert.equal(refused('(MIT AND GPL-3.0-only)', 'MIT'), true, 'both hold');
  assert.equal(refused('MIT AND ISC', 'MIT AND ISC'), false, 'as it is written');
  const [problem] = licenseProblems(packages, ['MIT']);
  assert.equal(problem?.key, 'x@1.0.0');
  assert.match(problem.message, /GPL-3\.0-only/);
  assert.match(problem.hint, /options\.licenses/);
});

test('Debian packages are read from dpkg’s database and from status.d, the later layer wins, removed ones are none', async () => {
  const layer = async (name: string, path: string, content: string) => {
    const file = join(folder, name);
    const bytes = Buffer.from(content);
    writeFileSync(file, await writeTar([{ path, mode: 0o644, type: 'file', content: bytes }]));
    return file;
  };
  const gone = 'Package: gone\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1\n';
  const there = 'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.41-1\n';
  const newer = 'Package: libc6\nVersion: 2.41-12\nArchitecture: amd64\nDescription: C library\n';
  const layers = [
    await layer('1.tar', 'var/lib/dpkg/status', `${gone}\n${there}`),
    await layer('2.tar', 'var/lib/dpkg/status.d/libc6', newer),
  ];
  assert.deepEqual(await debianPackages(layers), [{ name: 'libc6', version: '2.41-12', architecture: 'amd64' }]);
});

test('the sbom is CycloneDX 1.6 with package URLs, licences and hashes, the same each time', () => {
  const materials = {
    image: { name: 'r.example/shop/order', digest: 'sha256:00' },
    node: '24.0.0',
    npm: [{ name: '@scope/a', version: '1.2.3', license: '(MIT OR Apache-2.0)', integrity: 'sha512-AAEC' }],
    debian: [{ name: 'libstdc++6', version: '14.2.0-19', architecture: 'amd64' }],
  };
  const sbom = createSbom(materials) as { specVersion: string; components: Record<string, unknown>[] };
  assert.equal(sbom.specVersion, '1.6');
  assert.deepEqual(
    sbom.components.map(({ purl }) => purl),
    ['pkg:generic/node@24.0.0', 'pkg:deb/debian/libstdc%2B%2B6@14.2.0-19?arch=amd64', 'pkg:npm/%40scope/a@1.2.3'],
  );
  assert.deepEqual(sbom.components[2]!.licenses, [{ expression: '(MIT OR Apache-2.0)' }]);
  assert.deepEqual(sbom.components[2]!.hashes, [{ alg: 'SHA-512', content: '000102' }]);
  assert.deepEqual(createSbom(materials), sbom);
});
