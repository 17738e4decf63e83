/** Where the development overlay's generated Secrets live, relative to the workspace; git-ignored. */
export const GENERATED = 'deploy/dev/generated';
