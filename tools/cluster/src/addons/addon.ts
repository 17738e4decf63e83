import type { TarEntry } from '@slipway/oci/tar';
import type { Report } from '../core/steps.ts';
import type { GoModule } from '../packages/go/go-modules.ts';

/** One program from a Go module as an image. */
export type ProgramImage = {
  /** Name of the program and of its image's folder in the cache. */
  name: string;
  version: string;
  title: string;
  module: GoModule;
  /** Seconds of the first build of the module on a 2-core machine. */
  buildEstimate: number;
  /** Numeric user and group; root without it. */
  user?: string;
  /** The layer below the program; without it the image contains the program alone. `cacheKey`: what decides its content. */
  base?: { cacheKey: unknown; entries: (workFolder: string, report: Report) => Promise<TarEntry[]> };
  /** The image to use where registries can be reached. */
  officialImage?: string;
};

/** A part of the cluster besides those of kubeadm: a workload in kube-system, described by NAME.yaml. */
export type Addon = ProgramImage & {
  workload: 'DaemonSet' | 'Deployment';
  /** Prepares the cluster before the manifest is applied. */
  prepare?: (cluster: string, nodes: readonly string[], report: Report) => Promise<void>;
};
