import { runMigrations } from '@shop/database/run-migrations';

await runMigrations({ service: 'order', process, moduleUrl: import.meta.url });
