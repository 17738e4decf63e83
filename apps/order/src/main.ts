import { migrationsFolder } from '@shop/database';
import { runService } from '@shop/service-kit';
import { buildOrderService } from './app.ts';
import { schema } from './config.ts';

await runService({
  name: 'order',
  schema,
  process,
  build: (config, parts) => buildOrderService({ config, migrations: migrationsFolder(import.meta.url), ...parts }),
});
