import { fetchInside } from '../../support/fetch-inside.ts';
import { pods } from '../../support/pods.ts';
import { managementPort, services } from '../../support/services.ts';
import { expect, test } from '../../support/test.ts';

for (const service of services) {
  test(`${service} answers /healthz and /metrics on its management port`, async () => {
    const [pod] = await pods(service);
    const base = `http://${pod!.status.podIP}:${managementPort}`;
    for (const path of ['/healthz', '/healthz/ready', '/healthz/live']) {
      const health = await fetchInside(service, base + path);
      expect(health.status, health.body).toBe(200);
      expect(JSON.parse(health.body)).toMatchObject({ status: 'ok' });
    }
    const metrics = await fetchInside(service, `${base}/metrics`);
    expect(metrics.status).toBe(200);
    expect(metrics.headers['content-type']).toMatch(/^text\/plain\b/);
    expect(metrics.body).toMatch(/^# TYPE http_server_request_duration_seconds histogram$/m);
    expect(metrics.body).toMatch(/^process_cpu_seconds_total\S* [\d.e+-]+$/m);
  });

  test(`${service} keeps /metrics off its public port`, async () => {
    const reply = await fetchInside(service, `http://${service}/metrics`);
    expect(reply.status).toBe(404);
  });
}

test('requests are counted under their route, not their URL', async ({ api, shop }) => {
  const { id } = await shop.product();
  await api.get(`/api/v1/products/${id}`);
  const all = await pods('product');
  const texts = await Promise.all(
    all.map(({ status }) => fetchInside('product', `http://${status.podIP}:${managementPort}/metrics`)),
  );
  const metrics = texts.map(({ body }) => body).join('\n');
  expect(metrics).toMatch(/http_route="\/api\/v1\/products\/:id"/);
  expect(metrics).not.toContain(id);
});
