import type { TargetConfiguration } from '@nx/devkit';

/** A target that one of the plugin's executors runs. */
export function target(executor: string, description: string, more: TargetConfiguration = {}): TargetConfiguration {
  return { executor: `slipway:${executor}`, ...more, metadata: { description } };
}
