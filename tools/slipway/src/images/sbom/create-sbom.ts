import { basename } from 'node:path';
import type { DebianPackage } from './debian-packages.ts';
import { NO_LICENSE, type NpmPackage } from './npm-packages.ts';

export type Materials = {
  /** `repository` and digest of the image. */
  image: { name: string; digest: string };
  /** Version of Node.js; undefined where there is none. */
  node: string | undefined;
  npm: NpmPackage[];
  debian: DebianPackage[];
};

/**
 * A software sbom of materials in CycloneDX 1.6. Deterministic: no time and no random serial number, so that the same
 * image has the same sbom.
 */
export function createSbom({ image, node, npm, debian }: Materials): object {
  const components = [
    ...(node === undefined ? [] : [component('platform', 'node', node, `pkg:generic/node@${node}`)]),
    ...debian.map(({ name, version, architecture }) => {
      const purl = `pkg:deb/debian/${encode(name)}@${encode(version)}?arch=${architecture}`;
      return component('library', name, version, purl);
    }),
    ...npm.map(({ name, version, license, integrity }) => ({
      ...component('library', name, version, `pkg:npm/${encode(name)}@${version}`),
      ...(license === NO_LICENSE ? {} : { licenses: [licenseChoice(license)] }),
      ...(integrity === undefined ? {} : { hashes: hashesOf(integrity) }),
    })),
  ];
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: component(
        'container',
        image.name,
        image.digest,
        `pkg:oci/${baseName(image.name)}@${encode(image.digest)}`,
      ),
    },
    components,
  };
}

function component(type: string, name: string, version: string, purl: string) {
  return { type, 'bom-ref': purl, name, version, purl };
}

function licenseChoice(license: string): object {
  if (/^SEE LICENSE IN|^UNLICENSED$/i.test(license)) return { license: { name: license } };
  return /[ ()]/.test(license) ? { expression: license } : { license: { id: license } };
}

/** Package URLs keep the slash of a scope and encode the rest. */
function encode(part: string): string {
  return encodeURIComponent(part).replaceAll('%2F', '/');
}

function baseName(repository: string): string {
  return basename(repository);
}

/** Subresource integrity (`sha512-` and Base64) as CycloneDX writes hashes. */
function hashesOf(integrity: string): { alg: string; content: string }[] {
  return integrity.split(' ').map((hash) => {
    const [algorithm = '', value = ''] = hash.split(/-(.*)/s);
    return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(value, 'base64').toString('hex') };
  });
}
