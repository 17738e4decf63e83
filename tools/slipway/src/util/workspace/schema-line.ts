import { posix } from 'node:path';

/** The comment by which editors check and complete a YAML file; `file` is relative to the workspace. */
export function schemaLine(file: string, schema: 'slipway' | 'kind'): string {
  const path = posix.relative(posix.dirname(file), `node_modules/slipway/schemas/${schema}.schema.json`);
  return `# yaml-language-server: $schema=${path}\n`;
}
