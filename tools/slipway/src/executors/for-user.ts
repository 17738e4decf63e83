/**
 * Runs an executor's work. What it throws is for the user: printed as its message alone, with a stack trace only when
 * SLIPWAY_DEBUG is set.
 */
export async function forUser(work: () => Promise<boolean>): Promise<{ success: boolean }> {
  try {
    return { success: await work() };
  } catch (error) {
    console.error(process.env.SLIPWAY_DEBUG === undefined ? `✗ ${(error as Error).message}` : error);
    return { success: false };
  }
}
