/**
 * How `text` looks in the base64 of any longer text that holds it: three bytes are four characters, so it depends on which
 * byte of three it begins at. The characters that it shares with what comes before and after are left out.
 */
export function base64Forms(text: string): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]).toString('base64');
    const sharedBefore = [0, 2, 3][offset]!;
    return encoded.slice(sharedBefore, Math.floor(((offset + Buffer.byteLength(text)) * 8) / 6));
  });
}
