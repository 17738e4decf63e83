import type { styleText } from 'node:util';
import { printable, printableLine } from '@slipway/util/printable';
import { describeFinding } from './describe-finding.ts';
import type { NodeStatus, Finding, ServiceStatus, StackStatus, WorkloadStatus } from './stack-status.ts';
import type { Traffic } from './traffic.ts';

type Paint = typeof styleText | undefined;

const MARKS = { ready: '✔', waiting: '…', failed: '✗', off: '✗', absent: '✗' };

/** The whole status as a screen of text: the verdict, findings, then the tables. `diff`: the command that shows more. */
export function formatStatus(status: StackStatus, paint: Paint, diff: string): string {
  const { services, databases, added, nodes, findings, isReady } = status;
  // On whichever revision: what the newest one lacks is a finding.
  const ready = services.filter(({ podsReady, podsWanted }) => podsWanted > 0 && podsReady >= podsWanted).length;
  const verdict = `${isReady ? '✔' : '✗'} ${status.stack} on ${status.context}: ${ready} of ${services.length} services ready`;
  return [
    `${color(paint, isReady ? 'green' : 'red', printableLine(verdict))}   ${color(paint, 'dim', status.at)}`,
    ...(status.address === undefined ? [] : [printableLine(`  ${status.address.service} at ${status.address.url}`)]),
    ...(findings.length === 0 ? [] : ['', ...findings.flatMap((thing) => formatFinding(thing, paint))]),
    '',
    ...table(
      ['  service', 'pods', 'rev', 'image', 'restarts', 'migration', 'req/s', '5xx', 'p50', 'p95', 'cpu', 'memory'],
      services.map((service) => serviceRow(service)),
    ),
    '',
    ...table(['  database', 'pods', 'image', 'restarts'], databases.map(databaseRow)),
    ...(added.length === 0 ? [] : ['', ...table(['  added', 'kind', 'pods'], added.map(addedRow))]),
    '',
    ...table(['  node', 'version', 'disk', ''], nodes.map(nodeRow)),
    ...(services.some(({ isFromWorkingTree }) => isFromWorkingTree === false)
      ? ['', color(paint, 'dim', printableLine(`* not what this working tree would deploy (${diff})`))]
      : []),
  ].join('\n');
}

function formatFinding(finding: Finding, paint: Paint): string[] {
  const { who, details, hint, command } = finding;
  return [
    `${color(paint, 'yellow', printableLine(`! ${who}`))} ${printableLine(describeFinding(finding))}`,
    ...details.flatMap((detail) => printable(detail).split('\n')).map((line) => `    ${line}`),
    ...[hint, command].flatMap((next) =>
      next === undefined ? [] : [color(paint, 'dim', printableLine(`    → ${next}`))],
    ),
  ];
}

function serviceRow(service: ServiceStatus): string[] {
  const { revision, image = '–', isFromWorkingTree, migration = '–', traffic } = service;
  return [
    ...workloadCells(service, String(revision ?? '–'), `${image.slice(0, 8)}${isFromWorkingTree === false ? '*' : ''}`),
    migration,
    ...trafficCells(traffic),
  ];
}

function databaseRow(database: WorkloadStatus): string[] {
  return workloadCells(database, '', (database.image ?? '–').slice(0, 8)).toSpliced(2, 1);
}

function addedRow(workload: WorkloadStatus): string[] {
  const { kind, name, state, podsReady, podsWanted } = workload;
  return [`${MARKS[state]} ${name}`, kind, kind === 'CronJob' ? '–' : `${podsReady}/${podsWanted}`];
}

function workloadCells(
  { name, state, podsReady, podsWanted, restarts, lastEnd }: WorkloadStatus,
  revision: string,
  image: string,
) {
  return [
    `${MARKS[state]} ${name}`,
    `${podsReady}/${podsWanted}`,
    revision,
    image,
    restarts === 0 ? '0' : `${restarts} (${lastEnd?.reason ?? 'unknown'})`,
  ];
}

function trafficCells(traffic: Traffic | undefined): string[] {
  if (traffic === undefined) return ['–', '–', '–', '–', '–', '–'];
  const { requestsPerSecond, errorShare, p50Ms, p95Ms, cpuCores, memoryBytes } = traffic;
  const ms = (value: number | undefined) => (value === undefined ? '–' : `${round(value)} ms`);
  return [
    round(requestsPerSecond),
    errorShare === undefined ? '–' : `${round(errorShare * 100)} %`,
    ms(p50Ms),
    ms(p95Ms),
    `${Math.round(cpuCores * 1000)}m`,
    `${Math.round(memoryBytes / 2 ** 20)}Mi`,
  ];
}

function nodeRow({ name, isReady, version, pressure, diskUsed }: NodeStatus): string[] {
  return [
    `${isReady ? '✔' : '✗'} ${name}`,
    version,
    diskUsed === undefined ? '–' : `${Math.round(diskUsed * 100)} %`,
    pressure.join(', '),
  ];
}

function round(value: number): string {
  return value >= 10 || value === 0 ? String(Math.round(value)) : value.toFixed(1);
}

/** Columns as wide as their longest cell. */
function table(head: string[], rows: string[][]): string[] {
  const cells = rows.map((row) => row.map(printableLine));
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [head, ...cells].map(line);
}

function color(paint: Paint, format: Parameters<typeof styleText>[0], text: string): string {
  return paint?.(format, text) ?? text;
}
