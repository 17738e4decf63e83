import { UserError } from '@slipway/util/errors';
import { minorOf, type Release } from '../../src/core/releases.ts';
import { compareVersions } from './versions.ts';

/** Minors, as Kubernetes itself. */
export const SUPPORTED = 3;

/** The rows with one added or replaced, the newest first; the release that the new one drives out of support goes. */
export function withRelease(releases: readonly Release[], added: Release): Release[] {
  const others = releases.filter(({ kubernetes }) => minorOf(kubernetes) !== minorOf(added.kubernetes));
  const rows = [...others, added].sort((a, b) => compareVersions(b.kubernetes, a.kubernetes));
  const supported = rows.filter(({ keptFor }) => keptFor === undefined).slice(0, SUPPORTED);
  if (!supported.includes(added) && added.keptFor === undefined) {
    throw new UserError(`Kubernetes ${added.kubernetes} is older than the ${SUPPORTED} supported minors`, {
      hint: 'add a row to tools/cluster/src/core/releases.json that says in keptFor what needs it, then run this again',
    });
  }
  return rows.filter((release) => release.keptFor !== undefined || supported.includes(release));
}
