/** This machine's architecture as images name it. */
export const imageArchitecture = process.arch === 'x64' ? 'amd64' : process.arch;
/** … and as Debian's library folders do. */
export const debianTriplet = process.arch === 'x64' ? 'x86_64-linux-gnu' : 'aarch64-linux-gnu';
