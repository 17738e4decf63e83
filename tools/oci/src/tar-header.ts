export const BLOCK = 512;

export type HeaderFields = {
  path: string;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  typeflag: '0' | '2' | '5' | 'x';
  linkname: string;
};

const MAX_OCTAL_SIZE = 0o77777777777;

/** One entry's header blocks: a pax record first where ustar's fixed fields are too small or not ASCII. */
export function tarHeader(fields: HeaderFields): Buffer {
  const records: Array<[string, string]> = [];
  if (!fitsUstar(fields.path, 100)) records.push(['path', fields.path]);
  if (!fitsUstar(fields.linkname, 100)) records.push(['linkpath', fields.linkname]);
  if (fields.size > MAX_OCTAL_SIZE) records.push(['size', String(fields.size)]);
  if (records.length === 0) return ustarHeader(fields);

  const body = Buffer.concat(records.map(([key, value]) => paxRecord(key, value)));
  const pax = ustarHeader({ path: 'pax', mode: 0o644, uid: 0, gid: 0, size: body.length, typeflag: 'x', linkname: '' });
  return Buffer.concat([pax, padded(body), ustarHeader(fields)]);
}

export function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function padded(body: Buffer): Buffer {
  return Buffer.concat([body, Buffer.alloc(paddingOf(body.length))]);
}

function fitsUstar(text: string, bytes: number): boolean {
  return text.length <= bytes && /^[\x20-\x7e]*$/.test(text);
}

// "LENGTH KEY=VALUE\n", where LENGTH counts its own digits too.
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length += 1;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

function ustarHeader(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(fields.path, 0, 100, 'utf8');
  octal(block, fields.mode, 100, 8);
  octal(block, fields.uid, 108, 8);
  octal(block, fields.gid, 116, 8);
  // A pax "size" record says the true size when it does not fit here.
  octal(block, fields.size > MAX_OCTAL_SIZE ? 0 : fields.size, 124, 12);
  octal(block, 0, 136, 12);
  block.fill(0x20, 148, 156);
  block.write(fields.typeflag, 156, 1, 'latin1');
  block.write(fields.linkname, 157, 100, 'utf8');
  block.write('ustar\u000000', 257, 8, 'latin1');
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 8, 'latin1');
  return block;
}

function octal(block: Buffer, value: number, offset: number, width: number): void {
  block.write(`${value.toString(8).padStart(width - 1, '0')}\u0000`, offset, width, 'latin1');
}
