import type { LocalFacts } from './local-facts.ts';
import type { PageFinding } from './page-types.ts';

/** Share of 5xx that is a finding. */
const MANY_ERRORS = 0.01;

/** What the requests of a service and its pool of connections show. */
export function trafficFindings({ service, failures, stackOption }: LocalFacts): PageFinding[] {
  const { name: who, pool, traffic } = service;
  const command = `npx nx run deploy:logs --local --service ${who} --level warn${stackOption}`;
  const findings: PageFinding[] = [];
  if (pool !== undefined && pool.pending > 0 && pool.used >= pool.max)
    findings.push({
      code: 'pool-exhausted',
      severity: 'error',
      who,
      message: `all ${pool.max} connections of its pool are in use, ${pool.pending} requests wait for one`,
      details: [],
      hint: 'see the statements of its database below; DATABASE_POOL_SIZE is the limit',
      command,
    });
  if (traffic?.errorShare !== undefined && traffic.errorShare >= MANY_ERRORS)
    findings.push({
      code: 'server-errors',
      severity: 'error',
      who,
      message: `${Math.round(traffic.errorShare * 1000) / 10} % of its answers are 5xx`,
      details: failures,
      command,
    });
  return findings;
}
