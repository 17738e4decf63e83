import { describeFinding } from '../../operate/status/describe-finding.ts';
import type { Finding, FindingCode } from '../../operate/status/stack-status.ts';
import type { PageFinding } from './page-types.ts';

/** What a stack can live with for a while. */
const WARNINGS: FindingCode[] = ['node-pressure', 'disk-full', 'code-synced', 'restarted', 'scaled-to-zero'];

/** A finding of `deploy:status` as the page shows it. */
export function pageFinding(finding: Finding): PageFinding {
  const { code, who, details, hint, command } = finding;
  return {
    code: code === 'not-ready' ? (finding.reason?.code ?? code) : code,
    severity: WARNINGS.includes(code) ? 'warning' : 'error',
    who,
    message: describeFinding(finding),
    details,
    ...(hint === undefined ? {} : { hint }),
    ...(command === undefined ? {} : { command }),
  };
}
