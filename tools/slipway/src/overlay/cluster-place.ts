import type { Place } from '../contract/resolve-environments.ts';
import { databaseName } from '../manifests/defaults/database.ts';

/** Inside the namespace: services and databases by their names in cluster DNS. */
export const clusterPlace: Place = {
  local: false,
  serviceUrl: (service) => `http://${service}`,
  databaseUrl: (service, { user, password }) => {
    const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    return `postgres://${credentials}@${databaseName(service)}:5432/${encodeURIComponent(service)}`;
  },
};
