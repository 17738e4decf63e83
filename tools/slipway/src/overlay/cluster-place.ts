import type { Place } from '../contract/resolve-environments.ts';
import { databaseName } from '../manifests/defaults/database.ts';

/** Inside the namespace: services and databases by their names in cluster DNS. */
export const clusterPlace: Place = {
  local: false,
  serviceUrl: (service) => `http://${service}`,
  databaseUrl: (service, password) => {
    const user = encodeURIComponent(service);
    return `postgres://${user}:${encodeURIComponent(password)}@${databaseName(service)}:5432/${user}`;
  },
};
