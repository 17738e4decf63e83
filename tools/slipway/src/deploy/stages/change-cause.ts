import type { PlannedObject } from '../../kubernetes/apply/plan.ts';
import { CHANGE_CAUSE_ANNOTATION } from '../../kubernetes/labels.ts';
import { gitCommit } from '../../util/files/git-commit.ts';

/** The Deployments that get new pods, marked with the commit that these come from; where there is none, as they are. */
export async function withChangeCause(workspaceRoot: string, planned: PlannedObject[]): Promise<PlannedObject[]> {
  if (!planned.some(hasNewPods)) return planned;
  const commit = await gitCommit(workspaceRoot);
  if (commit === undefined) return planned;
  return planned.map((entry) => (hasNewPods(entry) ? marked(entry, `commit ${commit}`) : entry));
}

function hasNewPods({ object, outcome, differences }: PlannedObject): boolean {
  const isOther = differences.some(({ path }) => path.startsWith('spec.template.'));
  return object.kind === 'Deployment' && (outcome === 'created' || (outcome === 'changed' && isOther));
}

function marked(entry: PlannedObject, cause: string): PlannedObject {
  const { metadata } = entry.object;
  const annotations = { ...metadata.annotations, [CHANGE_CAUSE_ANNOTATION]: cause };
  return { ...entry, object: { ...entry.object, metadata: { ...metadata, annotations } } };
}
