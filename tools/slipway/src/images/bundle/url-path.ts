/** A relative path as an import or `new URL` takes it: some characters of file names mean something else in a URL. */
export function urlPath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/').replaceAll('%40', '@');
}
