import { defaultClusterName, self } from '../core/paths.ts';
import { VERSIONS } from '../core/versions.ts';

export const HELP = `Usage: ${self} COMMAND [options]

Makes a working kind cluster (Kubernetes ${VERSIONS.kubernetes}) on whatever machine it meets, also where no container
registry can be reached: then every part is built once from Debian's, Go's and npm's packages.

Commands
  up            create the cluster, start it, wait until it can take work: whatever is missing; nothing when it is up
  down          delete the cluster with its volumes (cached images and programs stay)
  status        what is there; exit code 0 when the cluster can take work
  add metrics   metrics-server into the running cluster, for kubectl top and HorizontalPodAutoscalers
  images        only the base images for Node.js and PostgreSQL, as OCI layouts in the cache; --with prometheus: that
                one too, and promtool (first build 3½ minutes)
  engine        only the Docker engine
  export FILE   everything that a cluster from packages is made of, in one file
  import FILE   takes such a file over: up needs no registry then, and no Go

Options
  --install          may install and start the Docker engine and debootstrap by apt, and link kubectl and kind into
                     /usr/local/bin where the PATH has none; needs root
  --fresh            up deletes a cluster that exists under the name, with its volumes, and makes a new one
  --nodes N          1 to 9 nodes when the cluster is created: a control plane and workers (default: as deploy/kind.yaml)
  --images SOURCE    auto (default): official images where Docker Hub answers, else packages; official; packages
  --name NAME        the cluster's name (default ${defaultClusterName}; context kind-NAME). Others get free host ports
  --with WHAT        what else images makes: prometheus
  --json             status as JSON
  -h, --help         this text

Exit codes
  0 ok   1 failed   64 wrong usage   69 something is missing on this machine (the message says the cure)   130 interrupted

Environment
  SLIPWAY_CLUSTER                the cluster's name where --name does not say it; deploys follow it too
  SLIPWAY_CACHE                  where images and programs are kept (default $XDG_CACHE_HOME/slipway or ~/.cache/slipway)
  SLIPWAY_DEBIAN_MIRROR          Debian archive for packages (default: where this machine's apt gets them)
  SLIPWAY_KUBERNETES_DOWNLOADS   instead of https://dl.k8s.io/release
  SLIPWAY_KIND_DOWNLOADS         instead of https://github.com/kubernetes-sigs/kind/releases/download
`;
