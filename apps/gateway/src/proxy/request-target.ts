import { commonProblems } from '@shop/service-kit/problem';

/**
 * The path of a request target, as it is sent on. Refuses what two readers could read differently: absolute forms,
 * encoded slashes and dots, dot segments, escapes that decode to nothing.
 */
export function pathOf(target: string): string {
  if (!target.startsWith('/')) throw commonProblems.badRequest({ detail: 'only targets that begin with / are served' });
  const end = target.indexOf('?');
  const path = end < 0 ? target : target.slice(0, end);
  if (path.includes('%')) {
    if (/%(?:2f|2e|5c|00)/i.test(path))
      throw commonProblems.badRequest({ detail: 'encoded slashes and dots are refused' });
    assertDecodable(path);
  }
  if (path.includes('\\') || path.includes('#') || /\/\.{1,2}(?:\/|$)/.test(path)) {
    throw commonProblems.badRequest({ detail: 'dot segments and backslashes are refused' });
  }
  if (end >= 0 && target.includes('%', end)) assertDecodable(target.slice(end));
  return path;
}

function assertDecodable(text: string): void {
  try {
    decodeURIComponent(text);
  } catch {
    throw commonProblems.badRequest({ detail: 'the URL cannot be decoded' });
  }
}
