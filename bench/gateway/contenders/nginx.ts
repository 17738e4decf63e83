import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contender } from '../contender.ts';

export const nginx: Contender = {
  name: 'nginx',
  does: 'nothing else',
  needs: { program: 'nginx', package: 'nginx-light' },
  token: ({ rs256 }) => rs256,
  async prepare({ folder, port, upstreamPort }) {
    const file = join(folder, 'nginx.conf');
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${join(folder, `nginx-${name}`)};`,
    );
    await writeFile(
      file,
      `daemon off; master_process off; worker_processes 1; pid ${join(folder, 'nginx.pid')}; error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off; ${temporary.join(' ')}
  keepalive_requests 1000000000;
  upstream service { server 127.0.0.1:${upstreamPort}; keepalive 128; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
`,
    );
    return { command: ['nginx', '-p', folder, '-c', file] };
  },
};
