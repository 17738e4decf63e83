/**
 * A file of an image. `path` is relative to the workspace, whose layout the image keeps below /app: code finds beside
 * itself there what it finds here. `mode`: 0o644 without it.
 */
export type BundleFile = { path: string; bytes: Uint8Array; mode?: number };
