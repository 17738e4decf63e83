import type { EnvironmentTarget } from '../../services/resolve-environments.ts';
import { databaseName } from './database.ts';

/** Inside the namespace: services and databases by their names in cluster DNS. */
export const clusterTarget: EnvironmentTarget = {
  local: false,
  serviceUrl: (service) => `http://${service}`,
  databaseUrl: (service, { user, password }) => {
    const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    return `postgres://${credentials}@${databaseName(service)}:5432/${encodeURIComponent(service)}`;
  },
};
