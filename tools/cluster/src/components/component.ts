import type { TarEntry } from '@slipway/oci/tar';
import type { GoModule } from '../go-build/go-programs.ts';

/** A part of the cluster beside what kubeadm brings: one program in one image, and NAME.yaml, which runs it. */
export type Component = {
  /** Of the program, of its workload in kube-system, of its image's folder in the cache. */
  name: string;
  version: string;
  title: string;
  workload: 'DaemonSet' | 'Deployment';
  module: GoModule;
  /** Seconds that building the module takes at first, on a 2-core machine. */
  buildEstimate: number;
  /** What the program needs below itself; without it the image holds the program alone. */
  base?: {
    ingredients: unknown;
    entries: (workFolder: string, report: (detail: string) => void) => Promise<TarEntry[]>;
  };
};
