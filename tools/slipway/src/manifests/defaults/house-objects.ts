import type { ServiceContract } from '../../contract/service-contract.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { configMap } from './config-map.ts';
import { database, databaseName } from './database.ts';
import { deployment } from './deployment.ts';
import { serviceAccount } from './service-account.ts';
import { service } from './service.ts';

/** What every service gets before its fragment says a word. `stack` is the namespace. */
export function houseObjects(stack: string, contract: ServiceContract): KubernetesObject[] {
  const { name } = contract;
  const objects = [
    serviceAccount(stack, name, name),
    configMap(stack, contract),
    deployment(stack, contract),
    service(stack, name, name, { name: 'http', port: 80, targetPort: 'http' }),
  ];
  if (!contract.hasDatabase) return objects;
  const db = databaseName(name);
  return [
    ...objects,
    serviceAccount(stack, name, db),
    database(stack, name),
    service(stack, name, db, { name: 'postgres', port: 5432, targetPort: 'postgres' }),
  ];
}
