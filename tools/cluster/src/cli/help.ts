import { defaultClusterName, self } from '../core/paths.ts';
import { VERSIONS } from '../core/versions.ts';

export const HELP = `Usage: ${self} COMMAND [options]

Creates a kind cluster (Kubernetes ${VERSIONS.kubernetes}) on this machine. Where no container registry can be reached, builds every
part once from packages of Debian, Go and npm.

Commands
  up            create and start the cluster, and wait until it can take work; only what is missing is done
  down          delete the cluster and its volumes; cached images and programs stay
  status        show the state of engine, cluster and images; exit code 0 when the cluster can take work
  add metrics   install metrics-server, for kubectl top and HorizontalPodAutoscalers
  images        make the base images for Node.js and PostgreSQL, as OCI layouts in the cache
  engine        start the Docker engine
  export FILE   write everything that a cluster from packages is made of to one file
  import FILE   read such a file; then up needs neither a registry nor Go

Options
  --install          install and start the Docker engine and debootstrap by apt where they are missing, and link kubectl
                     and kind into /usr/local/bin; needs root
  --fresh            up: delete an existing cluster of the name, with its volumes, and create a new one
  --nodes N          number of nodes of a new cluster, 1 to 9: a control plane and workers (default: deploy/kind.yaml)
  --images SOURCE    official: pull images; packages: build them; auto (default): official where Docker Hub answers
  --name NAME        name of the cluster (default ${defaultClusterName}; context kind-NAME); other names get free host ports
  --with prometheus  images: make the image of Prometheus and promtool, too; the first build takes 3½ minutes
  --json             status: print JSON
  -h, --help         print this text

Exit codes
  0 success   1 failure   64 wrong usage   69 something is missing on this machine; the message says how to get it
  130 interrupted

Environment
  SLIPWAY_CLUSTER                name of the cluster without --name; deploys use it, too
  SLIPWAY_CACHE                  folder of images and programs (default $XDG_CACHE_HOME/slipway or ~/.cache/slipway)
  SLIPWAY_DEBIAN_MIRROR          Debian archive (default: the one that apt on this machine uses)
  SLIPWAY_KUBERNETES_DOWNLOADS   mirror of https://dl.k8s.io/release
  SLIPWAY_KIND_DOWNLOADS         mirror of https://github.com/kubernetes-sigs/kind/releases/download
`;
