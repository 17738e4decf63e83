/** Deployments and Services of the stack; each but the gateway has a StatefulSet `NAME-db`. */
export const services = ['gateway', 'user', 'product', 'order'] as const;
export const databaseOwners = ['user', 'product', 'order'] as const;
export type DatabaseOwner = (typeof databaseOwners)[number];

export const managementPort = 9090;
