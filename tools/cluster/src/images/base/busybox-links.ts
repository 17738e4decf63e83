import type { TarEntry } from '@slipway/oci/tar';
import { link } from '../content/entries.ts';

/** A shell and the tools one reaches for in `kubectl exec`. No nslookup: static glibc crashes on longer names. */
const APPLETS = (
  'sh cat chmod cp cut date df du echo env find free grep head hostname id kill ln ls mkdir mktemp mv ps pwd rm rmdir ' +
  'sed sleep sort stat sync tail tar tee test top touch tr true uname wc which xargs'
).split(' ');

export function busyboxLinks(): TarEntry[] {
  return APPLETS.map((applet) => link(`usr/bin/${applet}`, 'busybox'));
}
