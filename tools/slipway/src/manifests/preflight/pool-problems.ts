import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import { maxConnections } from '../defaults/database.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { findObject } from '../../kubernetes/kinds.ts';

/** Not for pools: three that Postgres keeps for superusers, then migrations, a backup, an operator's psql. */
const RESERVED = 10;
/** Extra pods during a rollout: one that starts and one that drains. */
const OF_A_ROLLOUT = 2;

/** Pools that all pods together would exhaust the database with: pool size × pods must stay below its limit. */
export function poolProblems(serviceSpec: ServiceSpec, objects: KubernetesObject[]): Problem[] {
  const { name, configFile: file, keys, hasDatabase } = serviceSpec;
  if (!hasDatabase) return [];
  const poolKey = keys.find(({ source }) => source.kind === 'plain' && source.isPoolSize === true);
  if (poolKey === undefined) {
    // How a program that is not written to slipway's conventions bounds its pool, its own code says.
    if (serviceSpec.database !== undefined) return [];
    const message = 'has a database and no key for the size of its pool: nothing bounds its connections';
    return [{ file, message, hint: 'declare DATABASE_POOL_SIZE: poolSize() and give it to the pool' }];
  }
  const limit = maxConnections(keys);
  const size = Number(findObject(objects, 'ConfigMap', name)?.data?.[poolKey.name]);
  const pods = mostPods(name, objects) + OF_A_ROLLOUT;
  const most = Math.floor((limit - RESERVED) / pods);
  if (size <= most) return [];
  return [
    {
      file,
      key: poolKey.name,
      message: `is ${size}: times ${pods} pods (${OF_A_ROLLOUT} of them during a rollout) and ${RESERVED} in reserve that is ${size * pods + RESERVED} connections, the database has ${limit}`,
      hint: `at most ${most}, or fewer maxReplicas, or postgres({ maxConnections: ${size * pods + RESERVED} })`,
    },
  ];
}

function mostPods(name: string, objects: KubernetesObject[]): number {
  const { replicas = 1 } = findObject(objects, 'Deployment', name)?.spec ?? {};
  const { maxReplicas = 0 } = findObject(objects, 'HorizontalPodAutoscaler', name)?.spec ?? {};
  return Math.max(replicas, maxReplicas);
}
