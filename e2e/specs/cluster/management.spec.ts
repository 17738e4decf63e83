import { fetchInside } from '../../support/fetch-inside.ts';
import { pods } from '../../support/pods.ts';
import { managementPort, services } from '../../support/services.ts';
import { expect, test } from '../../support/test.ts';

/** As the pod itself sees it: the network policies let nobody but the scraper in, not even another replica. */
const base = `http://127.0.0.1:${managementPort}`;
const publicBase = 'http://127.0.0.1:8080';

for (const service of services) {
  test(`${service} answers /healthz and /metrics on its management port, and not on its public one`, async () => {
    const [all, ready, live, metrics, publicMetrics] = await fetchInside(
      service,
      { url: `${base}/healthz` },
      { url: `${base}/healthz/ready` },
      { url: `${base}/healthz/live` },
      { url: `${base}/metrics` },
      { url: `${publicBase}/metrics` },
    );
    for (const health of [all, ready, live]) {
      expect(health.status, health.body).toBe(200);
      expect(JSON.parse(health.body)).toMatchObject({ status: 'ok' });
    }
    expect(metrics.status).toBe(200);
    expect(metrics.headers['content-type']).toMatch(/^text\/plain\b/);
    expect(metrics.body).toMatch(/^# TYPE http_server_request_duration_seconds histogram$/m);
    expect(metrics.body).toMatch(/^process_cpu_seconds_total\S* [\d.e+-]+$/m);
    expect(publicMetrics.status).toBe(404);
  });
}

test('requests are counted under their route, not their URL', async ({ api, shop }) => {
  const { id } = await shop.product();
  await api.get(`/api/v1/products/${id}`);
  const replies = await Promise.all(
    (await pods('product')).map(({ metadata }) => fetchInside(`pod/${metadata.name}`, { url: `${base}/metrics` })),
  );
  const metrics = replies.map(([{ body }]) => body).join('\n');
  expect(metrics).toMatch(/http_route="\/api\/v1\/products\/:id"/);
  expect(metrics).not.toContain(id);
});
