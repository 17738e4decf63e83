import { isObject } from '../../util/json-object.ts';

/** The answer of a process's management port. `silence`: the reason why there is none. */
export type ServiceAnswer = {
  failingChecks: { name: string; detail: string }[];
  metrics?: string;
  silence?: string;
};

/** A process that hangs must not hold up the page, ms. */
const LIMIT_MS = 1500;
const LONGEST_DETAIL = 300;

/** `readyRoute`: absent where any answer is a good one. */
export async function askService(managementUrl: string, readyRoute: string | undefined): Promise<ServiceAnswer> {
  const [ready, metrics] = await Promise.allSettled([
    ask(`${managementUrl}${readyRoute ?? '/'}`),
    ask(`${managementUrl}/metrics`),
  ]);
  if (ready.status === 'rejected') return { failingChecks: [], silence: reasonOf(ready.reason) };
  return {
    failingChecks: ready.value.isOk || readyRoute === undefined ? [] : checksIn(ready.value.body, ready.value.status),
    ...(metrics.status === 'fulfilled' && metrics.value.isOk ? { metrics: metrics.value.body } : {}),
  };
}

async function ask(url: string): Promise<{ isOk: boolean; status: number; body: string }> {
  const response = await fetch(url, {
    // A connection that stays open would keep a process that is to end.
    headers: { connection: 'close' },
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  return { isOk: response.ok, status: response.status, body: await response.text() };
}

/** The failing checks of slipway's own answer; of any other, its status with the beginning of its body. */
function checksIn(body: string, status: number): ServiceAnswer['failingChecks'] {
  const { checks } = parse(body);
  const failing = Object.entries(isObject(checks) ? checks : {}).flatMap(([name, check]) =>
    isObject(check) && check.status !== 'ok' ? [{ name, detail: String(check.detail ?? 'fails') }] : [],
  );
  return failing.length > 0 ? failing : [{ name: 'ready', detail: `${status} ${body.slice(0, LONGEST_DETAIL)}` }];
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${LIMIT_MS / 1000} s`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
