import { isPrintable, printable } from '@slipway/util/printable';
import { Document, visit } from 'yaml';

/**
 * YAML as Kubernetes reads it (version 1.1 quotes what would become a boolean), without a raw control character: `yaml`
 * escapes those of ASCII alone.
 */
export function printableYaml(object: object, { lineWidth = 80 }: { lineWidth?: number } = {}): string {
  const document = new Document(object, { version: '1.1' });
  visit(document, {
    Scalar(_, node) {
      // Only in such a scalar an escape is one.
      if (typeof node.value === 'string' && !isPrintable(node.value.replaceAll('\n', ''))) node.type = 'QUOTE_DOUBLE';
    },
  });
  return printable(document.toString({ lineWidth }));
}
