import type { TarEntry } from '@slipway/oci/tar';
import { folder, textFile } from '../content/entries.ts';

/** /etc/passwd and its kin for one unprivileged account, and the folders every program expects. */
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
