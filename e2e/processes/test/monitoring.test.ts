import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startShop, type ServiceName } from '@slipway/testing/processes';
import { parse } from 'yaml';

const folder = join(import.meta.dirname, '../../../deploy/components/monitoring');
const runbook = join(import.meta.dirname, '../../../docs/runbook.md');

type Rule = { alert?: string; record?: string; expr: string; annotations?: { runbook_url: string } };

function rules(name: string): Rule[] {
  const { groups } = parse(readFileSync(join(folder, 'prometheus', name), 'utf8')) as { groups: { rules: Rule[] }[] };
  return groups.flatMap((group) => group.rules);
}

function dashboardExpressions(): string[] {
  const { panels } = JSON.parse(readFileSync(join(folder, 'dashboards/services.json'), 'utf8')) as {
    panels: { targets: { expr: string }[] }[];
  };
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}

/** The metrics that a PromQL expression reads: its words, less labels, functions, keywords and numbers with units. */
function metricsOf(expression: string): string[] {
  const bare = expression
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replace(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, '')
    .replace(/\b(and|or|unless|offset)\b/g, ' ');
  return [...bare.matchAll(/(?<![\w.:])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])/g)].map(([word]) => word);
}

const recorded = rules('recording-rules.yaml');
const alerts = rules('alert-rules.yaml');

test('every metric of the rules and the dashboard is one that the services have, with the labels that are asked for', async (t) => {
  const shop = await startShop();
  t.after(() => shop.stop());
  const token = (await shop.customer()).token;
  await shop.api.call('GET', '/api/v1/orders', { token });
  const texts = await Promise.all(
    Object.keys(shop.ports).map(async (name) => {
      const { management } = shop.ports[name as ServiceName];
      return (await fetch(`http://127.0.0.1:${management}/metrics`)).text();
    }),
  );
  const series = texts.join('\n').split('\n');
  const known = new Set(series.map((line) => /^[\w:]+/.exec(line)?.[0] ?? ''));
  // Prometheus' own, and what it makes of our targets and rules.
  const isPrometheus = (name: string) => /^(up|ALERTS|prometheus_\w+)$/.test(name);
  const isRecorded = (name: string) => recorded.some(({ record }) => record === name);
  for (const expression of [...recorded, ...alerts].map(({ expr }) => expr).concat(dashboardExpressions())) {
    const names = metricsOf(expression).filter((name) => !isPrometheus(name) && !isRecorded(name));
    const missing = names.filter((name) => !known.has(name));
    assert.deepEqual(missing, [], `${expression} reads what no service has`);
    for (const [, name = '', labels = ''] of expression.matchAll(/([\w:]+)\{([^}]*)\}/g)) {
      if (isPrometheus(name) || isRecorded(name)) continue;
      // `service`, `pod` and `job` come from the scrape.
      const asked = [...labels.matchAll(/(\w+)\s*[=!]/g)].map(([, label]) => label!);
      for (const label of asked.filter((each) => !['service', 'pod', 'job'].includes(each))) {
        assert.ok(
          series.some((line) => line.startsWith(`${name}{`) && line.includes(`${label}="`)),
          `${name} has no label ${label}`,
        );
      }
    }
  }
});

test('every alert has its entry in the runbook, and every entry its alert', () => {
  const headings = [...readFileSync(runbook, 'utf8').matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading);
  assert.deepEqual(headings.toSorted(), alerts.map(({ alert }) => alert).toSorted());
  for (const { alert, annotations } of alerts) {
    assert.equal(annotations?.runbook_url, `docs/runbook.md#${alert!.toLowerCase()}`);
  }
});
