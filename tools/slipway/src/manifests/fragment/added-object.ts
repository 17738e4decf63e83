import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { labelsOf } from '../../kubernetes/labels.ts';

/** Kinds with pods: where their template is. */
const TEMPLATES: Record<string, string[]> = {
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Deployment: ['spec', 'template'],
  Job: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
};

/** Where a kind has the template of its pods; undefined for one that makes none. */
export function templatePath(kind: string): string[] | undefined {
  return TEMPLATES[kind];
}

/** What an object of a fragment has before the fragment says a word: without the labels slipway would not see its pods. */
export function addedObject(stack: string, service: string, kind: string, name: string): Partial<KubernetesObject> {
  const labels = labelsOf(stack, service, name);
  const inner = templatePath(kind)?.reduceRight<object>((value, field) => ({ [field]: value }), {
    metadata: { labels },
  });
  return { ...inner, metadata: { name, namespace: stack, labels } };
}
