import { environment, serviceKeys } from '@slipway/config';
import { createApp, runService } from '../src/index.ts';

/** A program of the kit that answers with its process. */
await runService({
  name: 'small',
  schema: environment({ ...serviceKeys({ localPort: 0, localManagementPort: 0 }) }),
  process,
  async build(_config, parts) {
    const app = await createApp({ ...parts });
    app.get('/pid', () => ({ pid: process.pid }));
    return { app };
  },
});
