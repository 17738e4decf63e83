import { UserError } from '@slipway/util/errors';

/** Where parsers say what they stumbled over: `yaml`, `js-yaml`, and V8 for JSON. */
type ParseError = Error & { linePos?: { line: number }[]; mark?: { line: number } };

/** Parses a text that may hold secrets. The error names `what` and the line, and quotes nothing of it as parsers do. */
export function parsePrivate<Value>(what: string, text: string, parse: (text: string) => Value): Value {
  try {
    return parse(text);
  } catch (error) {
    const line = error instanceof Error ? lineOf(text, error) : undefined;
    throw new UserError(`${what} cannot be read${line === undefined ? '' : `: line ${line} is not what it should be`}`);
  }
}

function lineOf(text: string, { linePos, mark, message }: ParseError): number | undefined {
  if (linePos?.[0] !== undefined) return linePos[0].line;
  if (mark !== undefined) return mark.line + 1;
  const position = /at position (\d+)/.exec(message)?.[1];
  return position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length;
}
