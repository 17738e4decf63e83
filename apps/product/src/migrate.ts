import { runMigrations } from '@shop/database/run-migrations';

await runMigrations({ service: 'product', process, moduleUrl: import.meta.url });
