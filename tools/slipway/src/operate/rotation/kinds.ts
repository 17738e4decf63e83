/** What `deploy:rotate-secrets --only` may name. */
export const ROTATION_KINDS = ['signing-keys', 'edge-keys', 'database-passwords'] as const;
export type RotationKind = (typeof ROTATION_KINDS)[number];

/**
 * A rotation has three phases, each a rollout. `introduce`: whoever checks knows the next value beside the current one.
 * `switch`: whoever shows a value shows the next one. `retire`: the old one counts no more.
 */
export const PHASES = ['introduce', 'switch', 'retire'] as const;
export type Phase = (typeof PHASES)[number];
