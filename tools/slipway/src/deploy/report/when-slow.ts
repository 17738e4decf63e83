/** A stage that ends sooner needs no line of its own, ms. */
const SLOW_MS = 2000;

/** `work`, which is told of while it lasts when it is not done soon. */
export async function whenSlow<Result>(tell: () => void, work: Promise<Result>): Promise<Result> {
  const timer = setTimeout(tell, SLOW_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
