import { setTimeout as sleep } from 'node:timers/promises';

export type ReadinessCheck = () => Promise<string | undefined> | string | undefined;

export type ReadinessReport = {
  isReady: boolean;
  checks: Record<string, { status: 'ok' | 'failed'; detail?: string }>;
};

/** Shorter than a probe's own timeout, so that the probe hears which check failed. */
const checkTimeoutMs = 900;

/** With the last check's own limit still shorter than a probe's timeout. */
const startPatienceMs = 800;
const startLookMs = 50;

/** The named checks behind `/healthz`. A check returns what is wrong, or nothing. */
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>();
  #isDraining = false;
  #wasReady = false;

  add(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  drain(): void {
    this.#isDraining = true;
  }

  /**
   * What a probe hears. The kubelet asks once when a container has started and then only at its next tick, so that while
   * the service starts, the answer waits a little for it to become ready.
   */
  async reportToProbe(): Promise<ReadinessReport> {
    const until = performance.now() + startPatienceMs;
    while (true) {
      const report = await this.report();
      this.#wasReady ||= report.isReady;
      if (this.#wasReady || this.#isDraining || performance.now() >= until) return report;
      await sleep(startLookMs);
    }
  }

  async report(): Promise<ReadinessReport> {
    const names = [...this.#checks.keys()];
    const faults = await Promise.all([...this.#checks.values()].map(run));
    const checks: ReadinessReport['checks'] = {};
    names.forEach((name, index) => {
      const detail = faults[index];
      checks[name] = detail === undefined ? { status: 'ok' } : { status: 'failed', detail };
    });
    if (this.#isDraining) checks.draining = { status: 'failed', detail: 'this process is shutting down' };
    return { isReady: Object.values(checks).every(({ status }) => status === 'ok'), checks };
  }
}

async function run(check: ReadinessCheck): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, checkTimeoutMs, `no answer within ${checkTimeoutMs} ms`);
  });
  try {
    return await Promise.race([check(), timeout]);
  } catch (error) {
    return error instanceof Error ? error.message : 'failed';
  } finally {
    clearTimeout(timer);
  }
}
