const text = { type: 'string' } as const;
const port = { type: 'integer', minimum: -1, maximum: 65535 } as const;
const patches = { type: 'array', items: text } as const;
const jsonPatches = { type: 'array', items: { type: 'object' } } as const;

/** JSON Schema of deploy/kind.yaml: kind's `kind.x-k8s.io/v1alpha4`, closed against keys that kind refuses. */
export const kindConfigSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'deploy/kind.yaml',
  description: 'The cluster on this machine',
  type: 'object',
  properties: {
    kind: { const: 'Cluster' },
    apiVersion: { const: 'kind.x-k8s.io/v1alpha4' },
    name: { type: 'string', pattern: '^[a-z0-9.-]+$', description: 'Name of the cluster; the context is kind-NAME' },
    nodes: {
      type: 'array',
      description: 'Default: one control plane',
      items: {
        type: 'object',
        properties: {
          role: { enum: ['control-plane', 'worker'] },
          image: { ...text, description: 'Node image; slipway-cluster chooses one' },
          labels: { type: 'object', additionalProperties: text },
          extraPortMappings: {
            type: 'array',
            description: 'Ports of this machine that lead to a node port',
            items: {
              type: 'object',
              properties: {
                containerPort: { ...port, description: 'The node port' },
                hostPort: { ...port, description: 'The port of this machine; 0: a free one' },
                listenAddress: { ...text, description: '127.0.0.1: for this machine only' },
                protocol: { enum: ['TCP', 'UDP', 'SCTP'] },
              },
              required: ['containerPort'],
              additionalProperties: false,
            },
          },
          extraMounts: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                containerPath: text,
                hostPath: text,
                readOnly: { type: 'boolean' },
                selinuxRelabel: { type: 'boolean' },
                propagation: { enum: ['None', 'HostToContainer', 'Bidirectional'] },
              },
              additionalProperties: false,
            },
          },
          kubeadmConfigPatches: patches,
          kubeadmConfigPatchesJSON6902: jsonPatches,
        },
        additionalProperties: false,
      },
    },
    networking: {
      type: 'object',
      properties: {
        ipFamily: { enum: ['ipv4', 'ipv6', 'dual'] },
        apiServerPort: port,
        apiServerAddress: text,
        podSubnet: text,
        serviceSubnet: text,
        disableDefaultCNI: { type: 'boolean', description: 'slipway-cluster sets it where it brings its own network' },
        kubeProxyMode: { enum: ['iptables', 'ipvs', 'nftables', 'none'] },
        dnsSearch: { type: 'array', items: text },
      },
      additionalProperties: false,
    },
    featureGates: { type: 'object', additionalProperties: { type: 'boolean' } },
    runtimeConfig: { type: 'object', additionalProperties: text },
    kubeadmConfigPatches: patches,
    kubeadmConfigPatchesJSON6902: jsonPatches,
    containerdConfigPatches: patches,
    containerdConfigPatchesJSON6902: patches,
  },
  additionalProperties: false,
} as const;
