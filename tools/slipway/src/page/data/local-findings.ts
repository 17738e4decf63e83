import { databaseFindings } from './database-findings.ts';
import type { LocalFacts } from './local-facts.ts';
import type { PageFinding } from './page-types.ts';
import { stateFindings } from './state-findings.ts';
import { trafficFindings } from './traffic-findings.ts';

/** What is wrong with a service and its database, the cause first. */
export function localFindings(facts: LocalFacts): PageFinding[] {
  return [...databaseFindings(facts), ...stateFindings(facts), ...trafficFindings(facts)];
}
