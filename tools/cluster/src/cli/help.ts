import { defaultClusterName, self } from '../core/paths.ts';
import { DEFAULT_RELEASE, minorOf, releaseNames } from '../core/releases.ts';

export const HELP = `Usage: ${self} COMMAND [options]

Create a kind cluster (Kubernetes ${DEFAULT_RELEASE.kubernetes}) on this machine. If no container registry is reachable, build every
part once from packages of Debian, Go and npm.

Commands
  up            create and start the cluster, and wait until it is ready; skips steps that are already done
  down          delete the cluster and its volumes; keep cached images and programs
  status        show the state of engine, cluster and images; exit code 0 if the cluster is ready
  add metrics   install metrics-server, for kubectl top and HorizontalPodAutoscalers
  images        build the base images for Node.js and PostgreSQL as OCI layouts in the cache
  engine        start the Docker engine
  export FILE   write all parts of a cluster from packages to one file
  import FILE   read such a file; then up needs neither a registry nor Go

Options
  --install          install Docker engine and debootstrap with apt if they are missing, start the engine, and link
                     kubectl and kind into /usr/local/bin; needs root
  --fresh            up: delete an existing cluster with this name and its volumes, and create a new one
  --nodes N          number of nodes of a new cluster, 1 to 9: a control plane and workers (default: deploy/kind.yaml)
  --kubernetes VERSION   up, export: Kubernetes of a new cluster: ${releaseNames()} (default ${minorOf(DEFAULT_RELEASE.kubernetes)})
  --images SOURCE    official: pull images; packages: build them; auto (default): official if Docker Hub answers
  --name NAME        name of the cluster (default ${defaultClusterName}; context kind-NAME); other names get free host ports
  --with NAME        images: also make NAME: kubectl, for nx run deploy:render in CI; or prometheus, its image and
                     promtool, whose first build takes 3½ minutes
  --json             status: print JSON
  -h, --help         print this text

Exit codes
  0 success   1 failure   64 wrong usage   69 this machine lacks a requirement; the message names the fix
  130 interrupted

Environment
  SLIPWAY_CLUSTER                name of the cluster without --name; deploys use it as well
  SLIPWAY_CACHE                  folder of images and programs (default $XDG_CACHE_HOME/slipway or ~/.cache/slipway)
  SLIPWAY_DEBIAN_MIRROR          Debian archive (default: the one that apt on this machine uses)
  SLIPWAY_KUBERNETES_DOWNLOADS   mirror of https://dl.k8s.io/release
  SLIPWAY_KIND_DOWNLOADS         mirror of https://github.com/kubernetes-sigs/kind/releases/download
`;
