/** What the user can do about a state that waiting does not heal; undefined where its log says it all. */
export function hintOf(reason: string): string | undefined {
  return CURES.find(([pattern]) => pattern.test(reason))?.[1];
}

const CURES: [RegExp, string][] = [
  [
    /^(ImagePullBackOff|ErrImageNeverPull|InvalidImageName)/,
    'is the image’s name right in k8s/fragment.yaml, and can the nodes reach its registry? slipway’s own images come with the next deploy',
  ],
  [/OOMKilled/, 'it needs more than resources.limits.memory: raise that in k8s/fragment.yaml, or find what grows'],
  [
    /^CreateContainerConfigError/,
    'declare the key in src/config.ts, or take what refers to it out of k8s/fragment.yaml',
  ],
  [
    /^refused its environment/,
    'its log names the keys; they come from src/config.ts and from the ConfigMap in k8s/fragment.yaml',
  ],
  [
    /migrations: not applied/,
    'its database was emptied or taken back after the pod started, which migrates it: kubectl rollout restart its Deployment, then restore if data is missing (docs/databases.md)',
  ],
  [/^pods are refused/, 'mend the pod’s template in k8s/fragment.yaml, or the policy or quota that it meets'],
];
