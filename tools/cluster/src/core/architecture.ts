/** This machine's architecture as images name it. */
export const imageArchitecture = process.arch === 'x64' ? 'amd64' : process.arch;
