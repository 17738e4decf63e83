import { runMigrations } from '@shop/database/run-migrations';

await runMigrations({ service: 'user', process, moduleUrl: import.meta.url });
