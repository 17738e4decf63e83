import { readdir, readFile, readlink } from 'node:fs/promises';
import { exec } from '@slipway/util/exec';

/** Who listens on a local TCP port, for people ("node, process 4711"); undefined if that cannot be told. */
export async function portHolder(port: number): Promise<string | undefined> {
  const holder = process.platform === 'linux' ? await fromProc(port) : await fromLsof(port);
  return holder === undefined ? undefined : `${holder.command}, process ${holder.pid}`;
}

type Holder = { pid: string; command: string };

/** Linux shows sockets and their owners as files; lsof is often not installed there. */
async function fromProc(port: number): Promise<Holder | undefined> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((table) => readFile(`/proc/net/${table}`, 'utf8').catch(() => '')),
  );
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = tables.flatMap((table) =>
    table
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, address, , state]) => address?.endsWith(suffix) && state === '0A')
      .map((fields) => `socket:[${fields[9]}]`),
  );
  if (inodes.length === 0) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
    if (!links.some((link) => inodes.includes(link))) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return {
      pid,
      command: shorten(
        command
          .replace(/^[^\0]*\//, '')
          .split('\0')
          .join(' '),
      ),
    };
  }
  return undefined;
}

async function fromLsof(port: number): Promise<Holder | undefined> {
  const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
  const stdout = await exec(['lsof', ...args], { timeoutMs: 5_000 }).catch(() => '');
  const field = (name: string) =>
    stdout
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.slice(1);
  const [pid, command] = [field('p'), field('c')];
  return pid === undefined ? undefined : { pid, command: shorten(command ?? 'a program') };
}

function shorten(command: string): string {
  const trimmed = command.trim();
  return trimmed.length > 60 ? `${trimmed.slice(0, 59)}…` : trimmed;
}
