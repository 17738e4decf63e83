import type { Migration } from '../../services/migrate-command.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { COMPONENT_LABEL } from '../../kubernetes/labels.ts';
import { autoscaler } from './autoscaler.ts';
import { configMap } from './config-map.ts';
import { database, databaseName } from './database.ts';
import { deployment } from './deployment.ts';
import { disruptionBudget } from './disruption-budget.ts';
import { databasePolicy, servicePolicy } from './network-policies.ts';
import { serviceAccount } from './service-account.ts';
import { headlessService, service } from './service.ts';

/** What every service gets before its fragment says a word. `stack` is the namespace, `callers` are services. */
export function platformDefaults(
  stack: string,
  serviceSpec: ServiceSpec,
  callers: string[],
  migration: Migration,
): KubernetesObject[] {
  const { name } = serviceSpec;
  const objects = [
    serviceAccount(stack, name, name),
    configMap(stack, serviceSpec),
    deployment(stack, serviceSpec, migration),
    service(stack, name, name, { name: 'http', port: 80, targetPort: 'http' }),
    disruptionBudget(stack, name),
    autoscaler(stack, name),
    servicePolicy(stack, serviceSpec, callers),
  ];
  if (!serviceSpec.hasDatabase) return objects;
  const db = databaseName(name);
  return [
    ...objects,
    ...[
      serviceAccount(stack, name, db),
      database(stack, serviceSpec),
      headlessService(stack, name, db, { name: 'postgres', port: 5432, targetPort: 'postgres' }),
      databasePolicy(stack, name),
    ].map(asDatabase),
  ];
}

/** Marks an object of a database: an overlay with external databases omits these. */
function asDatabase(object: KubernetesObject): KubernetesObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, [COMPONENT_LABEL]: 'database' } } };
}
