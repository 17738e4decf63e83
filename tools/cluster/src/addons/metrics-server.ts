import { OFFICIAL_IMAGES, VERSIONS } from '../core/versions.ts';
import { metricsServerModule } from '../packages/go/go-modules.ts';
import type { Addon } from './addon.ts';
import { signKubeletCertificates } from './sign-kubelet-certificates.ts';

/** For `kubectl top` and HorizontalPodAutoscalers. */
export const metricsServer: Addon = {
  name: 'metrics-server',
  version: VERSIONS.metricsServer,
  title: 'resource metrics',
  workload: 'Deployment',
  module: metricsServerModule,
  buildEstimate: 12,
  officialImage: OFFICIAL_IMAGES.metricsServer,
  prepare: signKubeletCertificates,
};
