/** What `deploy:rotate-secrets --only` may name. */
export const ROTATION_KINDS = ['signing-keys', 'edge-keys', 'database-passwords'] as const;
export type RotationKind = (typeof ROTATION_KINDS)[number];

/**
 * A rotation has three phases, each a rollout. `introduce`: the verifying side accepts the next value and the current
 * one. `switch`: the sending side uses the next value. `retire`: the old value is no longer valid.
 */
export const PHASES = ['introduce', 'switch', 'retire'] as const;
export type Phase = (typeof PHASES)[number];
