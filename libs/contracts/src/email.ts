import Type from 'typebox';
import { limits } from './limits.ts';

// Clients read the pattern in OpenAPI, and those of other languages know few `\p{…}` and spell what is beyond \uffff in
// other ways: ranges instead, and beyond it the characters themselves.
const control = String.raw`\u0000-\u001f\u007f-\u009f`;
/** Unicode's category Cf; the bidirectional controls are among it. */
const format =
  String.raw`\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb` +
  '\u{110bd}\u{110cd}\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}';
/** Names have apostrophes; that one is none. */
const quotes = String.raw`"\u00ab\u00bb\u2018-\u201f\u2039\u203a\uff02`;
/** Letters and marks by their category, but invisible, or for symbols as \u20d0-\u20ff. */
const foreign =
  String.raw`\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u20d0-\u20ff\u3164\ufe00-\ufe0f\uffa0` + '\u{e0100}-\u{e01ef}';

/** \u3007 is the ideographic zero, which is no `\p{Nd}`. */
const letterOrDigit = String.raw`\p{L}\p{Nd}\u3007`;
/** A letter may carry marks: Indic scripts write their vowels so. At most the 63 characters of the DNS. */
const label = String.raw`[${letterOrDigit}](?:[${letterOrDigit}\p{M}-]{0,61}[${letterOrDigit}\p{M}])?`;

/** `local@domain`, as the HTTP contract has it. An internationalised domain is written in its letters or as `xn--`. */
export const Email = Type.String({
  maxLength: limits.email,
  pattern: `^[^\\s${control}${format}${quotes}<>,:@]+@(?!.*[${foreign}])${label}(?:\\.${label})*$`,
  description:
    'local@domain: the local part without white space, control, format and bidirectional characters, quotation marks (an apostrophe is none), < > , : and @; the domain labels of letters, digits and inner hyphens, separated by dots',
  examples: ['ada@example.com'],
});
