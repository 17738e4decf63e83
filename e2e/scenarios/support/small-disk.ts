import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { programs } from '@slipway/checks/programs';
import { onEnd } from './on-end.ts';
import { quietKubectl } from './quiet-kubectl.ts';
import { CONTEXT, CONTROL_PLANE, NAMESPACE, rolloutStatus } from './stack.ts';

const inNode = (script: string) =>
  execFileSync('docker', ['exec', CONTROL_PLANE, 'sh', '-ec', script], { encoding: 'utf8' });
const kubectl = (...args: string[]) => quietKubectl(['-n', NAMESPACE, ...args]);

export type SmallDisk = {
  /** Takes all that is left, and makes the database want more. */
  fill(): Promise<void>;
  free(): void;
  /** The database goes back to its own disk, with all that it holds. */
  remove(): Promise<void>;
};

/**
 * Moves a service's database to a disk with so many mebibytes to spare: a file system of its own in the node, mounted
 * where its volume is.
 */
export async function moveToSmallDisk(database: string, spareMebibytes: number): Promise<SmallDisk> {
  const claim = JSON.parse(await kubectl('get', `pvc/data-${database}-0`, '-o', 'json')) as {
    spec: { volumeName: string };
  };
  const volume = JSON.parse(await kubectl('get', `pv/${claim.spec.volumeName}`, '-o', 'json')) as {
    spec: { hostPath?: { path: string }; local?: { path: string } };
  };
  const path = volume.spec.hostPath?.path ?? volume.spec.local?.path;
  if (path === undefined) throw new Error(`the volume of ${database} is no folder of the node`);
  const own = `${path}.own`;
  const filler = `${path}/filler-of-the-checks`;

  let isMoved = false;

  const putBack = () => {
    inNode(`rm -f ${filler}
      if mountpoint -q ${path}; then rm -rf ${own}; cp -a ${path} ${own}; umount -l ${path}; fi
      if [ -e ${own} ]; then rm -rf ${path}; mv ${own} ${path}; fi`);
    isMoved = false;
  };
  const stop = async () => {
    await kubectl('scale', `statefulset/${database}`, '--replicas=0');
    await kubectl('wait', '--for=delete', `pod/${database}-0`, '--timeout=55s');
  };
  const start = async () => {
    await kubectl('scale', `statefulset/${database}`, '--replicas=1');
    await rolloutStatus(`statefulset/${database}`);
  };

  // A copy of what a database is writing would be no database: it stops first, also when the runner is ended.
  onEnd(() => {
    if (!isMoved) return;
    const [program, ...args] = programs.kubectl('--context', CONTEXT, '-n', NAMESPACE);
    const run = (...more: string[]) => execFileSync(program, [...args, ...more]);
    run('scale', `statefulset/${database}`, '--replicas=0');
    run('wait', '--for=delete', `pod/${database}-0`, '--timeout=55s');
    putBack();
    run('scale', `statefulset/${database}`, '--replicas=1');
  });
  await stop();
  isMoved = true;
  inNode(`rm -rf ${own}; cp -a ${path} ${own}
    used=$(du -sm ${own} | cut -f1)
    mount -t tmpfs -o size=$((used + ${spareMebibytes}))m,mode=0777 filler ${path}
    cp -a ${own}/. ${path}/; rm -rf ${own}`);
  await start();
  return {
    async fill() {
      inNode(`dd if=/dev/zero of=${filler} bs=64k 2>/dev/null || true`);
      // What is written next goes to a new file of its log: without it, a quiet database lives on for hours.
      const psql = 'psql -U "$POSTGRES_USER" "$POSTGRES_DB" -c "select pg_switch_wal()"';
      for (let files = 0; files < 3; files++) {
        await kubectl('exec', `${database}-0`, '--', 'sh', '-c', psql).catch(() => {});
        await sleep(1000);
      }
    },
    free: () => void inNode(`rm -f ${filler}`),
    async remove() {
      await stop();
      putBack();
      await start();
    },
  };
}
