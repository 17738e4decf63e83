import { migrationsFolder } from '@shop/database';
import { runService } from '@shop/service-kit';
import { buildUserService } from './app.ts';
import { schema } from './config.ts';

await runService({
  name: 'user',
  schema,
  process,
  build: (config, parts) => buildUserService({ config, migrations: migrationsFolder(import.meta.url), ...parts }),
});
