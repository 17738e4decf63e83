import { KubeError } from './kube-error.ts';

/** Number of retries after another writer was quicker. */
const ATTEMPTS = 5;

/** Runs `work`, which reads an object and then writes it, again when the object has changed in between. */
export async function retryConflicts<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof KubeError && error.status === 409) || attempt === ATTEMPTS) throw error;
    }
  }
}
