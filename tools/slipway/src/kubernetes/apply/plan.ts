/**
 * Applying objects: plan.ts asks by dry runs what would change, apply-changes.ts does it by strict server-side apply.
 * Beside them: fields that others have set (managed-fields/, drift.ts), differences (diff/), and what to prune (inventory/).
 */
import { diffObjects, type Difference } from './diff/diff-objects.ts';
import type { Problem } from '../../util/problems/problem.ts';
import { appliedFields } from './managed-fields/applied-fields.ts';
import { type OwnershipChange, ownershipChange } from './managed-fields/ownership-change.ts';
import { applyObject, type DriftedField } from './apply-object.ts';
import type { KubeApi } from '../client/kube-api.ts';
import { KubeError } from '../client/kube-error.ts';
import { resourcePaths } from '../client/resource-paths.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { CHANGE_CAUSE_ANNOTATION } from '../labels.ts';
import { additions, allDrift } from './drift.ts';
import { type RefusedDrift, refusedDrift } from './refused-drift.ts';
import type { FragmentOf } from '../../services/service-roots.ts';
import { refusalProblem } from './refusal-problem.ts';
import { planGrowth } from './volume-growth.ts';
import { isSpent, recreation, type Recreation, withoutIdentity } from './recreation.ts';

/** What applying one object would do to the live cluster. */
export type PlannedObject = {
  object: KubernetesObject;
  path: string;
  outcome: 'created' | 'changed' | 'recreated' | 'unchanged';
  /** Where it is to be recreated: how. */
  recreation?: Recreation;
  differences: Difference[];
  /** Fields that only change hands: their values stay. Told where nothing else differs. */
  ownership?: OwnershipChange;
  foreign: DriftedField[];
  /** The object as it is in the cluster. */
  live?: KubernetesObject;
  /** The live object's; 0 where there is none. */
  generation: number;
};

/**
 * Asks the API server, by dry runs, what applying `objects` would change and what it would refuse: an immutable field, a
 * quota, a field it does not know. Nothing is stored. Objects of a namespace that does not exist yet count as created.
 */
export async function plan(
  api: KubeApi,
  objects: KubernetesObject[],
  fragmentOf: FragmentOf = () => 'deploy',
): Promise<{ planned: PlannedObject[]; problems: Problem[] }> {
  const pathOf = resourcePaths(api);
  const problems: Problem[] = [];
  const planned = await Promise.all(
    objects.map(async (object): Promise<PlannedObject> => {
      const path = await pathOf(object);
      const live = await api.get<KubernetesObject>(path);
      try {
        return await planObject(api, path, { object: withKeptCause(object, live), live });
      } catch (error) {
        if (!(error instanceof KubeError)) throw error;
        // 404: its namespace is made by this very run.
        if (error.status !== 404) problems.push(refusalProblem(api.context, { object, live }, error, fragmentOf));
        return created(object, path);
      }
    }),
  );
  return { planned, problems };
}

async function planObject(
  api: KubeApi,
  path: string,
  { object, live }: { object: KubernetesObject; live: KubernetesObject | undefined },
): Promise<PlannedObject> {
  if (live === undefined) {
    await applyObject(api, path, object, { dryRun: true });
    return created(object, path);
  }
  if (isSpent(live)) return planRecreation(api, path, { object, live, trial: await tryAsNew(api, path, object) });
  try {
    return await planChange(api, path, { object, live });
  } catch (error) {
    if (!(error instanceof KubeError && error.status === 422)) throw error;
    const drift = refusedDrift(live, error);
    const isRecreated = recreation(live, object) !== undefined;
    if (!isRecreated && drift.length === 0) throw error;
    // Where a new object would be refused too, the first refusal says why.
    const trial = await tryAsNew(api, path, object).catch(() => Promise.reject(error));
    if (isRecreated) return planRecreation(api, path, { object, live, trial });
    return planReversion(path, { object, live, trial, drift });
  }
}

type Pair = { object: KubernetesObject; live: KubernetesObject };

async function planChange(api: KubeApi, path: string, { object, live }: Pair): Promise<PlannedObject> {
  const { object: applied, foreign } = await applyObject(api, path, object, { dryRun: true });
  const { fields, differences } = await additions(api, path, applied);
  const allDifferences = [...diffObjects(live, applied), ...differences];
  const ownership = ownershipChange(live, applied);
  const isSame = allDifferences.length === 0 && ownership === undefined;
  return {
    object,
    path,
    live,
    outcome: isSame ? 'unchanged' : 'changed',
    differences: allDifferences,
    ...(allDifferences.length > 0 || ownership === undefined ? {} : { ownership }),
    foreign: [...foreign, ...fields],
    generation: Number(live.metadata.generation ?? 0),
  };
}

/** `trial`: the object as it would be if it were new. */
type Trial = Pair & { trial: KubernetesObject };

async function planRecreation(api: KubeApi, path: string, { object, live, trial }: Trial): Promise<PlannedObject> {
  const growing = await planGrowth(api, live, object);
  return {
    object,
    path,
    live,
    outcome: 'recreated',
    recreation: { ...recreation(live, object)!, ...(growing.length === 0 ? {} : { growing }) },
    differences: withoutIdentity(diffObjects(live, trial)),
    foreign: allDrift(live),
    generation: 0,
  };
}

/**
 * Only fields of other managers prevent the write. Applying takes them over and omits them, which no dry run can show.
 */
function planReversion(path: string, { object, live, trial, drift }: Trial & { drift: RefusedDrift[] }): PlannedObject {
  return {
    object,
    path,
    live,
    outcome: 'changed',
    differences: withoutIdentity(diffObjects(live, trial)),
    foreign: drift.map(({ field, manager }) => ({ field: `.${field}`, manager, how: 'set' })),
    generation: Number(live.metadata.generation ?? 0),
  };
}

/** The object as it would be under a name that is free: under its own the API server compares it with the live one. */
async function tryAsNew(api: KubeApi, path: string, object: KubernetesObject): Promise<KubernetesObject> {
  const name = 'slipway-dry-run';
  const renamed = { ...object, metadata: { ...object.metadata, name } };
  return (await applyObject(api, path.replace(/[^/]+$/, name), renamed, { dryRun: true })).object;
}

/** What its pods came from stays on a Deployment as long as they do: no other commit is a reason to touch it. */
function withKeptCause(object: KubernetesObject, live: KubernetesObject | undefined): KubernetesObject {
  const cause = live === undefined ? undefined : appliedFields(live).metadata.annotations?.[CHANGE_CAUSE_ANNOTATION];
  if (cause === undefined) return object;
  const annotations = { [CHANGE_CAUSE_ANNOTATION]: cause, ...object.metadata.annotations };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function created(object: KubernetesObject, path: string): PlannedObject {
  return { object, path, outcome: 'created', differences: [], foreign: [], generation: 0 };
}
