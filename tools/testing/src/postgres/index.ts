/** A throwaway Postgres, and what interrupts it. */
export { startDatabaseTap, type DatabaseTap } from './database-tap.ts';
export { startTestDatabase, type TestDatabase } from './test-database.ts';
