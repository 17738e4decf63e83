import { readFileSync } from 'node:fs';

/** Bit numbers of linux/capability.h, in order. */
const NAMES = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN ' +
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE ' +
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ');

/** Capabilities of the kernel that no process of this machine can get: they are not in the bounding set. */
export function missingCapabilities(
  status = readFileSync('/proc/self/status', 'utf8'),
  lastCapability = Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8')),
): string[] {
  const hex = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (hex === undefined) throw new Error('/proc/self/status has no CapBnd line');
  const bounding = BigInt(`0x${hex}`);
  return NAMES.slice(0, lastCapability + 1)
    .filter((_, bit) => (bounding & (1n << BigInt(bit))) === 0n)
    .map((name) => `CAP_${name}`);
}
