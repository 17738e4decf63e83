import { schemaLine } from '../../../util/workspace/schema-line.ts';
import { KIND_CONFIG } from '../../../util/workspace/settings.ts';

/** The node port that the first exposed service has, here and in the cluster. */
export const FIRST_NODE_PORT = 30080;

/** deploy/kind.yaml: one node, whose port is reachable from this machine only. */
export function kindConfigText(name: string): string {
  return `${schemaLine(KIND_CONFIG, 'kind')}# The cluster on this machine. What deploy/dev exposes at node port ${FIRST_NODE_PORT} is http://127.0.0.1:${FIRST_NODE_PORT} here.
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
name: ${name}
nodes:
  - role: control-plane
    extraPortMappings:
      - containerPort: ${FIRST_NODE_PORT}
        hostPort: ${FIRST_NODE_PORT}
        listenAddress: 127.0.0.1
        protocol: TCP
`;
}
