import { fetchInside } from '../../support/fetch-inside.ts';
import { pods } from '../../support/pods.ts';
import { managementPort, services } from '../../support/services.ts';
import { expect, test } from '../../support/test.ts';

for (const service of services) {
  test(`${service} answers /healthz and /metrics on its management port, and not on its public one`, async () => {
    const [pod] = await pods(service);
    const base = `http://${pod!.status.podIP}:${managementPort}`;
    const [all, ready, live, metrics, publicMetrics] = await fetchInside(
      service,
      { url: `${base}/healthz` },
      { url: `${base}/healthz/ready` },
      { url: `${base}/healthz/live` },
      { url: `${base}/metrics` },
      { url: `http://${service}/metrics` },
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
  const urls = (await pods('product')).map(({ status }) => ({
    url: `http://${status.podIP}:${managementPort}/metrics`,
  }));
  const replies = await fetchInside('product', ...urls);
  const metrics = replies.map(({ body }) => body).join('\n');
  expect(metrics).toMatch(/http_route="\/api\/v1\/products\/:id"/);
  expect(metrics).not.toContain(id);
});
