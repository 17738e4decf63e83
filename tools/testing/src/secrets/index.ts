/** Looks for secrets where none may be. */
export { LeakSearch, type SecretValue } from './leak-search.ts';
