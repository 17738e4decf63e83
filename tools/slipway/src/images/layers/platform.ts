/** Where code runs, in npm's words; what is absent may be anything. */
export type Platform = { os?: string[]; cpu?: string[]; libc?: string[] };

export type Target = { os: string; cpu: string; libc: string };

const ELF_MACHINES: Record<number, string> = { 0x03: 'ia32', 0x28: 'arm', 0x3e: 'x64', 0xb7: 'arm64', 0xf3: 'riscv64' };
const MACH_CPUS: Record<number, string> = { 0x01000007: 'x64', 0x0100000c: 'arm64' };
const ELF = 0x464c457f;
const MACH_O = 0xfeedfacf;
/** Mach-O for several processors; big-endian, as its header is. */
const MACH_O_FAT = 0xcafebabe;
const PE = 'MZ';

/** What an addon was compiled for, read off its header; undefined for a file of another kind. */
export function binaryPlatform(content: Uint8Array): Platform | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.length < 20) return undefined;
  if (bytes.readUInt32LE(0) === ELF)
    return { os: ['linux'], ...named('cpu', ELF_MACHINES[bytes.readUInt16LE(18)]), ...libcOf(bytes) };
  if (bytes.readUInt32LE(0) === MACH_O) return { os: ['darwin'], ...named('cpu', MACH_CPUS[bytes.readUInt32LE(4)]) };
  if (bytes.readUInt32BE(0) === MACH_O_FAT) return { os: ['darwin'] };
  return bytes.toString('latin1', 0, 2) === PE ? { os: ['win32'] } : undefined;
}

/** Whether code for `platform` runs on `target`. */
export function runsOn({ os, cpu, libc }: Platform, target: Target): boolean {
  return allows(os, target.os) && allows(cpu, target.cpu) && allows(libc, target.libc);
}

/** `linux-x64`, `linux-x64-musl`. */
export function platformName({ os = [], cpu = [], libc = [] }: Platform): string {
  return [os.join('/'), cpu.join('/'), libc.includes('musl') ? 'musl' : ''].filter(Boolean).join('-');
}

/** Addons name the C library that they were linked with. */
function libcOf(bytes: Buffer): Platform {
  // The second is its name in toolchains that compile for another processor.
  if (bytes.includes('libc.musl-') || bytes.includes('\0libc.so\0')) return { libc: ['musl'] };
  return bytes.includes('libc.so.6') ? { libc: ['glibc'] } : {};
}

function named(key: 'cpu', value: string | undefined): Platform {
  return value === undefined ? {} : { [key]: [value] };
}

/** npm's lists: some names, or those that are excepted (`!win32`). */
function allows(list: string[] | undefined, value: string): boolean {
  if (list === undefined || list.includes('any')) return true;
  if (list.includes(`!${value}`)) return false;
  return list.includes(value) || list.every((entry) => entry.startsWith('!'));
}
