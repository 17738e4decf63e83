import type { TarEntry } from '@slipway/oci/tar';
import { treeEntries } from '@slipway/oci/tree';

/** Files without use in a container. Licences (usr/share/doc/NAME/copyright) stay. */
const DROPPED = [
  /^usr\/share\/(man|info|locale|lintian|bug|bash-completion|doc-base|perl5|gcc|gdb|systemd|pkgconfig|zsh|fish|readline)(\/|$)/,
  /^usr\/share\/doc\/[^/]+\/(?!copyright$)/,
  /^usr\/lib\/(systemd|udev|pkgconfig|tmpfiles\.d)(\/|$)/,
  /^etc\/(init\.d|cron\.d|cron\.daily|logrotate\.d|default)(\/|$)/,
  /^var\/(cache|lib\/apt)(\/|$)/,
];

/** The files of a tree without those, owned by root, without setuid bits: no program in an image may gain privileges. */
export async function slimEntries(root: string, dropped: readonly RegExp[] = []): Promise<TarEntry[]> {
  const patterns = [...DROPPED, ...dropped];
  const entries = await treeEntries(root, (path) => !patterns.some((pattern) => pattern.test(path)));
  return entries.map((entry) => (entry.type === 'symlink' ? entry : { ...entry, mode: entry.mode & 0o1777 }));
}
