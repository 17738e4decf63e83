import assert from 'node:assert/strict';
import type { Answer } from '@shop/client';

/** Whether the answer is that problem, in the form that every problem has. */
export function assertProblem(answer: Answer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.body?.code], [status, code], answer.text);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.equal(answer.body.status, status);
  assert.equal(answer.body.requestId, answer.headers.get('x-request-id'));
  if (status === 503) assert.match(answer.headers.get('retry-after') ?? 'no Retry-After', /^[1-9]\d*$/);
  for (const key of ['type', 'title', 'detail']) assert.equal(typeof answer.body[key], 'string', key);
}
