import { UserError } from '@slipway/util/errors';
import type { Fault } from './fault.ts';
import { formatFaults } from './format-faults.ts';

/** Thrown when the user's files have faults: carries all of them; printed without a stack trace. */
export class FaultsError extends UserError {
  override name = 'FaultsError';
  readonly faults: Fault[];

  constructor(found: Fault[]) {
    // Several steps may read one file.
    const faults = [...new Map(found.map((fault) => [JSON.stringify(fault), fault])).values()];
    super(formatFaults(faults));
    this.faults = faults;
  }
}
