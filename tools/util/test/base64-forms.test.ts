import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64Forms } from '../src/base64-forms.ts';

test('whatever comes before and after a text, one of its forms is in the base64 of all of it', () => {
  for (const text of ['a-secret', 'ä secret of 🔑', 'x'.repeat(50)]) {
    for (let before = 0; before < 7; before++) {
      for (let after = 0; after < 4; after++) {
        const whole = Buffer.from(`${'<'.repeat(before)}${text}${'>'.repeat(after)}`).toString('base64');
        assert.equal(base64Forms(text).filter((form) => whole.includes(form)).length, 1, `${before} ${after}`);
      }
    }
    const other = Buffer.from(`<${text.slice(1)}`).toString('base64');
    assert.ok(!other.includes(base64Forms(text)[0]!), 'another text has no such form');
  }
});
