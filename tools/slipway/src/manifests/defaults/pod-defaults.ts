/**
 * What every pod has by default: an account of its own without a token, and a user (uid and gid) that is numeric and
 * above 10000, so that it meets no user of the node.
 */
export function podDefaults(account: string, user: number) {
  return {
    serviceAccountName: account,
    automountServiceAccountToken: false,
    // The variables of service links (USER_PORT, …) would collide with the environment's own keys.
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
}
