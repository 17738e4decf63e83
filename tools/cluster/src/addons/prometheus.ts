import { OFFICIAL_IMAGES, VERSIONS } from '../core/versions.ts';
import { prometheusModule } from '../packages/go/go-modules.ts';
import type { ProgramImage } from './component.ts';

/** For who wants to watch the stack: only its image, and promtool, which checks rules. Its web pages are not built in. */
export const prometheus: ProgramImage = {
  name: 'prometheus',
  version: VERSIONS.prometheus,
  title: 'Prometheus',
  module: prometheusModule,
  buildEstimate: 200,
  user: '10001:10001',
  officialImage: OFFICIAL_IMAGES.prometheus,
};
