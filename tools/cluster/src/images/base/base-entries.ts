import type { TarEntry } from '@slipway/oci/tar';
import { folder, link, textFile } from '../content/entries.ts';

/** /etc/passwd and its companions for one unprivileged account, and the folders that every program expects. */
export function accountFiles(account: { name: string; id: number; home: string }): TarEntry[] {
  const { name, id, home } = account;
  return [
    textFile(
      'etc/passwd',
      `root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n${name}:x:${id}:${id}:${name}:${home}:/bin/sh\n`,
    ),
    textFile('etc/group', `root:x:0:\nnogroup:x:65534:\n${name}:x:${id}:\n`),
    textFile('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n'),
    folder('etc'),
    folder('tmp', 0o1777),
    folder('root', 0o700),
    folder('run'),
    folder('var'),
  ];
}

/** A shell and tools for `kubectl exec`. Without nslookup: in static glibc it crashes on longer names. */
const APPLETS = (
  'sh cat chmod cp cut date df du echo env find free grep head hostname id kill ln ls mkdir mktemp mv ps pwd rm rmdir ' +
  'sed sleep sort stat sync tail tar tee test top touch tr true uname wc which xargs'
).split(' ');

export function busyboxLinks(): TarEntry[] {
  return APPLETS.map((applet) => link(`usr/bin/${applet}`, 'busybox'));
}
