import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contender } from '../contender.ts';

export const haproxy: Contender = {
  name: 'HAProxy',
  does: 'RS256 tokens, verified on every request',
  needs: { program: 'haproxy', package: 'haproxy' },
  token: ({ rs256 }) => rs256,
  async prepare({ folder, port, upstreamPort, tokens }) {
    const file = join(folder, 'haproxy.cfg');
    const key = join(folder, 'public.pem');
    await writeFile(key, tokens.rsaPublicKey);
    await writeFile(
      file,
      `global
  nbthread 1
  maxconn 2000
defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
frontend public
  bind 127.0.0.1:${port}
  http-request set-var(txn.bearer) http_auth_bearer
  http-request deny deny_status 401 unless { var(txn.bearer),jwt_header_query('$.alg') -m str RS256 }
  http-request deny deny_status 401 unless { var(txn.bearer),jwt_payload_query('$.iss') -m str slipway-shop }
  http-request deny deny_status 401 unless { var(txn.bearer),jwt_verify("RS256","${key}") -m int 1 }
  default_backend service
backend service
  http-reuse always
  server one 127.0.0.1:${upstreamPort}
`,
    );
    return { command: ['haproxy', '-db', '-f', file] };
  },
};
