import { metricsServerModule } from '../go-build/go-programs.ts';
import { OFFICIAL_IMAGES, VERSIONS } from '../versions.ts';
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
