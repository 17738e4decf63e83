import type { Fault } from './fault.ts';
import { formatFaults } from './format-faults.ts';

/** Thrown when the user's files have faults: carries all of them; printed without a stack trace. */
export class FaultsError extends Error {
  readonly faults: Fault[];

  constructor(faults: Fault[]) {
    super(formatFaults(faults));
    this.name = 'FaultsError';
    this.faults = faults;
  }
}
