/** How the end of an answer's body is known. */
export type Framing =
  { kind: 'none' } | { kind: 'length'; length: number } | { kind: 'chunked' } | { kind: 'until-close' };

export type AnswerHead = {
  status: number;
  /** Names in lower case. Of a repeated header the first; those that decide something may not repeat. */
  headers: Record<string, string>;
  framing: Framing;
  /** Whether the connection may carry another request. */
  isKept: boolean;
};

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const deciding = new Set(['content-length', 'transfer-encoding']);

/**
 * Reads the head of a service's answer: everything before the empty line. Throws for whatever two readers could read
 * differently: folded lines, bare line ends, both framings, lengths that are no plain number.
 */
export function parseAnswerHead(text: string, method: string): AnswerHead {
  const lines = text.split('\r\n');
  const [, minor, code] = statusLine.exec(lines[0] ?? '') ?? [];
  if (code === undefined) throw new Error('the answer has no status line');
  const headers: Record<string, string> = {};
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (!headerName.test(name) || !headerValue.test(value)) throw new Error('a header of the answer is malformed');
    if (headers[name] === undefined) headers[name] = value;
    else if (deciding.has(name)) throw new Error(`the answer has more than one ${name}`);
  }
  const status = Number(code);
  const framing = framingOf(status, headers, method);
  const isClosing = minor === '0' || /(?:^|,)\s*close\s*(?:,|$)/i.test(headers.connection ?? '');
  return { status, headers, framing, isKept: !isClosing && framing.kind !== 'until-close' };
}

function framingOf(status: number, headers: Record<string, string>, method: string): Framing {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  if (encoding !== undefined && length !== undefined) throw new Error('the answer has two framings');
  if (length !== undefined && !/^\d{1,15}$/.test(length)) throw new Error('the length of the answer is no number');
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked')
    throw new Error('the answer has an unknown transfer encoding');
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { kind: 'none' };
  if (encoding !== undefined) return { kind: 'chunked' };
  if (length === undefined) return { kind: 'until-close' };
  return length === '0' ? { kind: 'none' } : { kind: 'length', length: Number(length) };
}
