import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrintable, printable, printableJson, printableLine } from '../src/printable.ts';

/** Everything below U+00A0, and what turns the direction of text. */
const BIDI = [0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069];
const codes = [...Array(0xa0).keys(), ...BIDI, 0x2028, 0x2029];
const isControl = (code: number) => code < 0x20 || (code >= 0x7f && code < 0xa0) || code > 0xff;

test('no control character is left of any text, and nothing else is changed', () => {
  for (const code of codes) {
    const character = String.fromCharCode(code);
    const text = `a${character}b`;
    const line = printableLine(text);
    assert.equal(line !== text, isControl(code), `U+${code.toString(16)}`);
    assert.match(line, /^[\x20-\x7e]+$/);
    assert.equal(printable(text), character === '\n' || character === '\t' ? text : line);
    assert.equal(isPrintable(text), !isControl(code));
  }
  for (const text of ['', 'Grüße, 世界 👩‍👩‍👧 ✔ ⠋ é', 'שלום', '\\x1b[2J']) {
    assert.equal(printable(text), text);
    assert.equal(printableLine(text), text);
    assert.equal(printableJson(JSON.stringify(text)), JSON.stringify(text));
  }
});

test('sequences are written out as they were sent', () => {
  assert.equal(printable('\u001b[2J cleared \u001b]52;c;aGk=\u0007'), '\\x1b[2J cleared \\x1b]52;c;aGk=\\x07');
  assert.equal(printable('\u009b2Jone\r\ntwo\rthree\u202e'), '\\x9b2Jone\ntwo\\rthree\\u202e');
  assert.equal(printableLine('two\tcells\r\nand a line'), 'two\\tcells\\r\\nand a line');
});

test('JSON keeps its value and shows none of it raw', () => {
  for (const code of codes) {
    const value = { [String.fromCharCode(code)]: `a${String.fromCharCode(code)}b` };
    const json = printableJson(JSON.stringify(value));
    assert.match(json, /^[\x20-\x7e]+$/);
    assert.deepEqual(JSON.parse(json), value);
  }
  assert.deepEqual(JSON.parse(printableJson('{\r\n\t"a":\r1}\r')), { a: 1 });
  assert.ok(isPrintable(printableJson('{\r\n\t"a":\r1}\r')));
});
