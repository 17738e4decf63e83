import { minorOf, type Release } from '../../src/core/releases.ts';

export type Pin = {
  /** From the root of the repository. */
  file: string;
  /** The version is its second group, between what stays. */
  pattern: RegExp;
  version: (pinned: Pinned) => string;
};

export type Pinned = {
  /** The newest first. */
  supported: readonly Release[];
  /** What the newest one needs, such as 1.26.0. */
  go: string;
};

const newest = ({ supported: [release] }: Pinned): string => release?.kubernetes ?? '';

/** Every place outside of tools/cluster/go and releases.json that repeats a version. */
export const PINS: readonly Pin[] = [
  { file: 'tools/cluster/bin/kubectl', pattern: /(\/tools\/v)([\d.]+)(\/kubectl")/, version: newest },
  {
    file: 'tools/cluster/bin/kind',
    pattern: /(\/tools\/v)([\d.]+)(\/kind")/,
    version: ({ supported: [release] }) => release?.kind ?? '',
  },
  {
    file: 'tools/cluster/README.md',
    pattern: /(up --kubernetes )([\d.]+)( )/,
    version: ({ supported: [, second] }) => minorOf(second?.kubernetes ?? ''),
  },
  { file: 'docs/deployment.md', pattern: /(--kubernetes-version=v)([\d.]+)(\n)/, version: newest },
  { file: 'docs/deployment.md', pattern: /(needs Go )([\d.]+)( or newer)/, version: ({ go }) => minorOf(go) },
  { file: 'docs/observability.md', pattern: /(✔ slipway-control-plane +v)([\d.]+)( )/, version: newest },
];

/** The text of the file of a pin with the versions of today's releases. */
export function withPin(text: string, { file, pattern, version }: Pin, pinned: Pinned): string {
  if (!pattern.test(text)) throw new Error(`${file} has no ${pattern}: adapt pins.ts`);
  return text.replace(pattern, (_, before: string, _old: string, after: string) => before + version(pinned) + after);
}
