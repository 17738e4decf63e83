/** What a Service's name may be in Kubernetes, short enough for the names of pods. */
const NAME = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** Names that no service can have, and what has them. */
const RESERVED: Record<string, string> = {
  default: 'the account that Kubernetes makes in every namespace',
  deploy: "the Nx project with the stack's own targets",
  external: "the start of the stack's own policy external-databases",
  kube: "the start of Kubernetes' own ConfigMap kube-root-ca.crt",
  kubernetes: "the API server's Service",
  localhost: 'what a pod calls itself',
  node: 'the image that services are built on',
  postgres: 'the image that databases run',
  prometheus: 'the monitoring, which may scrape every service',
  slipway: "slipway's own objects and its Nx project",
  stack: 'what is no single service, in reports and logs',
  workspace: 'the Nx project of the whole workspace',
};

/** Why no service can have `name`, and what to do; undefined for a good one. */
export function serviceNameProblem(name: string): { message: string; hint: string } | undefined {
  if (!NAME.test(name) || /-db(-\d+)?$/.test(name)) {
    return {
      message: `"${name}" cannot be a service's name`,
      hint: 'use a to z, 0 to 9 and hyphens, at most 40, a letter first; names with -db at the end are databases',
    };
  }
  const owner = Object.hasOwn(RESERVED, name) ? RESERVED[name] : undefined;
  if (owner === undefined) return undefined;
  return { message: `"${name}" is taken: ${owner}`, hint: 'choose another name' };
}
