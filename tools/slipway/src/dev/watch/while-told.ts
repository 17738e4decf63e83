import type { Reporter } from '../../deploy/report/reporter.ts';

/** How often a slow start is told, ms. */
const TELL_MS = 5_000;

/** Says now and then that a start takes its time. */
export async function whileTold<Result>(report: Reporter, service: string, work: Promise<Result>): Promise<Result> {
  const start = performance.now();
  const tell = () => {
    const seconds = Math.round((performance.now() - start) / 1000);
    report.event(service, 'sync', `waiting ${seconds} s for the new code to start; the code before it serves`);
  };
  const timer = setInterval(tell, TELL_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
