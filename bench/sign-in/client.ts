/** How one sign-in ended: with its status, or because the client had waited as long as it does. */
export type SignIn = { outcome: number | 'gave up' | 'broken'; ms: number };

/** 201 and 401 are what somebody who signs in can use; everything else is come again. */
export const isUseful = ({ outcome }: SignIn): boolean => outcome === 201 || outcome === 401;

export type SignInOptions = {
  /** The address as which the gateway sees the client, by X-Forwarded-For. */
  from: string;
  /** The client closes the connection after so long, ms. */
  patienceMs?: number;
  signal?: AbortSignal;
};

/** Signs in at the gateway, as nobody and with a password that costs a hash all the same. */
export function createSignIn(gatewayUrl: string, credentials: { email: string; password: string }) {
  return async ({ from, patienceMs = 10_000, signal }: SignInOptions): Promise<SignIn> => {
    const started = performance.now();
    const ended = (outcome: SignIn['outcome']) => ({ outcome, ms: performance.now() - started });
    const patience = AbortSignal.timeout(patienceMs);
    try {
      const response = await fetch(`${gatewayUrl}/api/v1/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
        body: JSON.stringify(credentials),
        signal: signal === undefined ? patience : AbortSignal.any([patience, signal]),
      });
      await response.arrayBuffer();
      return ended(response.status);
    } catch {
      return ended(patience.aborted || signal?.aborted === true ? 'gave up' : 'broken');
    }
  };
}
