import { isPrintable, printable } from '@slipway/util/printable';
import { Document, visit } from 'yaml';

/** What some reader of YAML 1.1 or 1.2, or Go's, takes for a boolean, null, a number or a merge key. */
const WORD = /^(|~|null|y|yes|n|no|true|false|on|off|[-+]?\.?inf(inity)?|\.?nan|<<|=)$/i;
/** Digits in whatever base, with whatever between them: numbers, times, dates. */
const NUMBER = /^[-+]?[.]?\d[\da-fxobe_:.,+ tz-]*$/i;

/** What Go's YAML refuses in a file, or takes for no part of it. */
const UNREADABLE = /[\ufeff\ufffe\uffff]/g;

/** YAML whose strings are strings to every reader, without a raw control character. */
export function yamlText(object: object, { lineWidth = 0 }: { lineWidth?: number } = {}): string {
  const document = new Document(object, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value !== 'string') return;
      // Only there an escape is one.
      const isEscaped = !isPrintable(node.value.replaceAll('\n', '')) || node.value.search(UNREADABLE) >= 0;
      if (isEscaped || WORD.test(node.value) || NUMBER.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return printable(document.toString({ lineWidth })).replace(
    UNREADABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
}
