const name = String.raw`[\w.-]*(?:authorization|cookie|passw(?:or)?d|secret|token|credential|database_?url|[-_]keys?\b|(?:api|service|private|signing|shared)keys?\b)[\w-]*`;
const string = String.raw`"(?:[^"\\]|\\.)*"`;

/** What may stand before the @ of an address in a text; not what texts put around one, nor the / before a package's scope. */
const address = String.raw`^\s"\\<>,:;=()[\]{}|/@`;

/** Each leaves JSON what it was: none but the first two takes in a quote, and these take whole strings. */
const rules: [RegExp, string][] = [
  // A field: "password":"…", also with a number, a list or an object.
  [
    new RegExp(
      String.raw`"(${name})":(?:${string}|\[(?:${string}|[^"[\]])*\]|\{(?:${string}|[^"{}])*\}|-?\d[\d.eE+-]*)`,
      'gi',
    ),
    '"$1":"[redacted]"',
  ],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*?-----END [A-Z ]*PRIVATE KEY-----/g, '[redacted]'],
  // The private part of a JWK.
  [/(\\*"d\\*"\s*:\s*\\*")[\w-]{20,}/g, '$1[redacted]'],
  // JSON inside a text.
  [new RegExp(String.raw`(\\+"${name}\\+"\s*:\s*\\+")[^"\\]*`, 'gi'), '$1[redacted]'],
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]'],
  [/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, '[redacted]'],
  [/(\b\w+:\/\/)[^\s"\\/@]*@/g, '$1[redacted]@'],
  [/\b((?:set-)?cookie: )[^"\\]+/gi, '$1[redacted]'],
  [new RegExp(String.raw`\b(${name}(?:=|: ))[^\s"\\,;&()]+`, 'gi'), '$1[redacted]'],
  // Begins after an escape, or where no character of an address stands before: tried once per word.
  [
    new RegExp(
      String.raw`(\\(?:u[\da-f]{4}|.)|(?<![${address}])(?<!\\))[${address}]+@[\p{L}\p{N}][\p{L}\p{M}\p{N}.-]*`,
      'giu',
    ),
    '$1[email]',
  ],
];

/**
 * A log line without credentials and email addresses, wherever they stand: in a field, in a message, in the cause of an
 * error's cause. The last look at a line, because nobody knows what the text of another's error holds.
 */
export function scrubSecrets(line: string): string {
  return rules.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}
