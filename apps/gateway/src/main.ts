import { runService } from '@shop/service-kit';
import { buildGateway } from './app.ts';
import { schema } from './config.ts';

await runService({
  name: 'gateway',
  schema,
  process,
  isLogBuffered: true,
  build: (config, parts) => buildGateway({ config, ...parts }),
});
