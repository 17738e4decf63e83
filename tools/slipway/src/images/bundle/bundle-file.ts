/** A file of a bundle; `path` is relative to the folder that the service runs in. */
export type BundleFile = { path: string; bytes: Uint8Array };
