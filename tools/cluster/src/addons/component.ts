import type { TarEntry } from '@slipway/oci/tar';
import type { GoModule } from '../packages/go/go-modules.ts';

type Report = (detail: string) => void;

/** One program from a Go module as an image. */
export type ProgramImage = {
  /** Of the program, and of its image's folder in the cache. */
  name: string;
  version: string;
  title: string;
  module: GoModule;
  /** Seconds that building the module takes at first, on a 2-core machine. */
  buildEstimate: number;
  /** Numeric user and group; root where it is left out. */
  user?: string;
  /** What the program needs below itself; without it the image holds the program alone. */
  base?: { ingredients: unknown; entries: (workFolder: string, report: Report) => Promise<TarEntry[]> };
  /** What takes its place where registries can be reached. */
  officialImage?: string;
};

/** A part of the cluster beside what kubeadm brings: a workload in kube-system, described by NAME.yaml. */
export type Component = ProgramImage & {
  workload: 'DaemonSet' | 'Deployment';
  /** What the cluster must be like before the manifest is applied. */
  prepare?: (cluster: string, nodes: readonly string[], report: Report) => Promise<void>;
};
