import { migrationsFolder } from '@shop/database';
import { runService } from '@shop/service-kit';
import { buildProductService } from './app.ts';
import { schema } from './config.ts';

await runService({
  name: 'product',
  schema,
  process,
  build: (config, parts) => buildProductService({ config, migrations: migrationsFolder(import.meta.url), ...parts }),
});
