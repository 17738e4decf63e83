/** Nx takes this exit code for "was ended"; of those that it knows the one that no key press makes. */
const ENDED = 143;

/**
 * Ends the process of a continuous task that has failed. Nx reports a continuous task that ends by itself as
 * "Successfully ran", whatever it answers, unless its exit code says that it was ended: then the task did not complete,
 * and Nx itself exits with 130.
 */
export function endContinuous({ success }: { success: boolean }): { success: boolean } {
  if (!success) process.exit(ENDED);
  return { success };
}
