import { extname } from 'node:path';
import { entryPath, outputFolder } from '../../services/build-entry.ts';
import type { LocalService } from './local-service.ts';
import { isSource } from './source-folders.ts';

/** What programs are written in and configured by. */
const SOURCES =
  /^\.([cm]?[jt]sx?|go|mod|sum|py|rs|java|kt|cs|rb|php|ex|exs|sql|prisma|json|ya?ml|toml|proto|graphql|html|css|hbs|ejs)$/;
/** Where builds and tests of any kind write to, or read what is no part of the program. */
const NOT_SOURCES = /^(dist|build|out|bin|obj|target|tmp|coverage|tests?|k8s|node_modules|\..*)\//;

/** Whether an edit of a file in the service's own folder takes a restart. A target that runs it watches by itself. */
export function isPartOf({ root, build, run }: Pick<LocalService, 'root' | 'build' | 'run'>, inside: string): boolean {
  if (build === undefined && run === undefined) return isSource(inside);
  if (run !== undefined && 'target' in run) return false;
  if (build !== undefined && 'target' in build) {
    const output = outputFolder(root, entryPath(root, build));
    if (`${root}/${inside}`.startsWith(`${output}/`)) return false;
  }
  return SOURCES.test(extname(inside)) && !NOT_SOURCES.test(inside) && inside !== 'slipway.yaml';
}
