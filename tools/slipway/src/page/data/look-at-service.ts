import { stackOption } from '../../dev/local/local-data-dir.ts';
import type { LocalService } from '../../dev/local/local-service.ts';
import { readJournal, type ServiceJournal } from '../../dev/local/service-journal.ts';
import { localLogFile } from '../../operate/logs/local-log-file.ts';
import { recentFailures } from '../../operate/status/recent-failures.ts';
import { askService } from './ask-service.ts';
import { absent, describeService } from './describe-service.ts';
import type { LocalFacts } from './local-facts.ts';
import { localFindings } from './local-findings.ts';
import type { LocalStack } from './local-stack.ts';
import type { PageFinding, PageService } from './page-types.ts';
import { probeDatabase } from './probe-database.ts';
import { readTail } from './read-tail.ts';
import type { Scrapes } from './scrapes.ts';

/** `running`: absent while no process was started. */
export type ServiceLook = {
  service: PageService;
  findings: PageFinding[];
  running?: { journal: ServiceJournal; database?: LocalFacts['database'] };
};

const FAILURES_MS = 60_000;

/** Asks the process and the database of a service, reads its journal and log. */
export async function lookAtService(stack: LocalStack, local: LocalService, scrapes: Scrapes): Promise<ServiceLook> {
  const { workspaceRoot, dataDir, logFolder } = stack;
  const { name, database } = local;
  const journal = readJournal(dataDir, name);
  if (journal === undefined) return { service: absent(name), findings: [] };
  const isUp = journal.state.phase === 'ready' || (journal.state.phase === 'failed' && journal.state.isServing);
  const [answer, probe] = await Promise.all([
    isUp ? askService(local.managementUrl, local.readyRoute) : undefined,
    database && probeDatabase({ ...database, host: '127.0.0.1', database: 'postgres' }),
  ]);
  if (answer?.metrics !== undefined) scrapes.add(answer.metrics);
  const service = describeService(local, journal, { answer, scrapes, isUp });
  const hasFailed = (service.traffic?.errorShare ?? 0) > 0;
  const log = localLogFile(workspaceRoot, logFolder, name).current;
  const looked =
    database === undefined || probe === undefined
      ? {}
      : { database: { name: `${name}-db`, address: `127.0.0.1:${database.port}`, look: probe } };
  const findings = localFindings({
    service,
    journal,
    failures: hasFailed ? recentFailures(await readTail(log), Date.now() - FAILURES_MS) : [],
    stackOption: stackOption(stack.stack),
    ...(answer === undefined ? {} : { answer }),
    ...looked,
  });
  return { service, findings, running: { journal, ...looked } };
}
