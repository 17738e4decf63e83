/** Name of the folder with a service's migrations: beside its `src/`, and beside its bundle in an image. */
export const MIGRATIONS_FOLDER = 'migrations';
