import { OFFICIAL_IMAGES, VERSIONS } from '../core/versions.ts';
import { metricsServerModule } from '../packages/go/go-modules.ts';
import type { Component } from './component.ts';
import { signKubeletCertificates } from './sign-kubelet-certificates.ts';

/** `kubectl top`, and what HorizontalPodAutoscalers look at. */
export const metricsServer: Component = {
  name: 'metrics-server',
  version: VERSIONS.metricsServer,
  title: 'resource metrics',
  workload: 'Deployment',
  module: metricsServerModule,
  buildEstimate: 12,
  officialImage: OFFICIAL_IMAGES.metricsServer,
  prepare: signKubeletCertificates,
};
